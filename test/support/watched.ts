import { performance } from 'node:perf_hooks';

/** One of two worlds that differ in all that a pure function cannot see. */
export type World = { readonly at: number; readonly random: number; readonly environment: string };

export const worlds: readonly [World, World] = [
  { at: Date.UTC(2001, 0, 1), random: 0.25, environment: 'one' },
  { at: Date.UTC(2031, 6, 15, 13, 14, 15), random: 0.75, environment: 'other' },
];

/** What a computation gave in a world, and what of the world it looked at, such as "Date.now()". */
export type Watched<Result> = { readonly result: Result; readonly lookedAt: readonly string[] };

/** Runs a synchronous computation where the clock, randomness, the environment and the machine's time zone are a world's, and watched. */
export const watchedIn = <Result>(world: World, compute: () => Result): Watched<Result> => {
  const lookedAt = new Set<string>();
  const look = (what: string): void => {
    if (!isOfLibrary()) lookedAt.add(what);
  };
  const restore = [...stubs(world, look)].map(replace);
  try {
    return { result: compute(), lookedAt: [...lookedAt] };
  } finally {
    for (const undo of restore.reverse()) undo();
  }
};

/** temporal-polyfill looks at the clock to guess for which years a zone's clock changes are worth keeping: the answers are the same. */
const isOfLibrary = (): boolean => new Error().stack?.includes('/node_modules/temporal-polyfill/') === true;

type Stub = readonly [object: object, name: string, value: unknown];

function* stubs(world: World, look: (what: string) => void): Generator<Stub> {
  const seen = <Value>(what: string, value: Value): Value => {
    look(what);
    return value;
  };
  yield [globalThis, 'Date', dateIn(world, look)];
  yield [Math, 'random', () => seen('Math.random()', world.random)];
  yield [performance, 'now', () => seen('performance.now()', world.at)];
  yield [crypto, 'randomUUID', () => seen('crypto.randomUUID()', world.environment)];
  yield [
    crypto,
    'getRandomValues',
    (bytes: Uint8Array) => seen('crypto.getRandomValues()', bytes.fill(world.at % 251)),
  ];
  yield [
    process,
    'env',
    new Proxy(
      {},
      { get: (_, name) => (typeof name === 'string' ? seen(`process.env.${name}`, world.environment) : undefined) },
    ),
  ];
  for (const name of LOCAL_TIME) {
    const original: unknown = Reflect.get(Date.prototype, name);
    if (typeof original !== 'function') continue;
    yield [
      Date.prototype,
      name,
      function (this: Date, ...args: unknown[]): unknown {
        const isZoned = name.startsWith('toLocale') && typeof args[1] === 'object' && 'timeZone' in (args[1] ?? {});
        if (!isZoned) look(`the machine's time zone (Date.${name})`);
        return Reflect.apply(original, this, args);
      },
    ];
  }
}

/** new Date() and Date.now() are the world's; new Date(2026, 0, 1) and new Date('2026-01-01T10:00') depend on the machine's time zone. */
const dateIn = (world: World, look: (what: string) => void): DateConstructor =>
  new Proxy(Date, {
    construct: (RealDate, args) => {
      if (args.length === 0) look('new Date()');
      const isLocal = args.length > 1 || (typeof args[0] === 'string' && LOCAL_TEXT.test(args[0]));
      if (isLocal) look("the machine's time zone (a Date without a zone)");
      return Reflect.construct(RealDate, args.length === 0 ? [world.at] : args);
    },
    apply: (RealDate) => {
      look('Date()');
      return new RealDate(world.at).toISOString();
    },
    get: (RealDate, name) => {
      if (name !== 'now') return Reflect.get(RealDate, name);
      return () => {
        look('Date.now()');
        return world.at;
      };
    },
  });

const LOCAL_TEXT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;
const LOCAL_TIME: readonly string[] = [
  ...['getFullYear', 'getMonth', 'getDate', 'getDay', 'getHours', 'getMinutes', 'getTimezoneOffset'],
  ...['setFullYear', 'setMonth', 'setDate', 'setHours', 'setMinutes'],
  ...['toString', 'toDateString', 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'],
];

const replace = ([object, name, value]: Stub): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
};
