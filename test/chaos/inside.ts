import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into the service before anything of its own (`--import`), where chaos has to come from within: the clock that it reads, where it finds the
 * middleware, and how much it still holds after it has let go of all it can. The service itself knows nothing of it.
 */
const { CHAOS_SOCKET: socket, CHAOS_ROUTES: routes = '{}', CHAOS_AHEAD_MS: atStart = '0' } = process.env;

let aheadMs = Number(atStart);
const RealDate = Date;
const now = (): number => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (Real, args: [number?], of) => Reflect.construct(Real, args.length === 0 ? [now()] : args, of),
  apply: () => new RealDate(now()).toString(),
  get: (Real, name, of) => (name === 'now' ? now : Reflect.get(Real, name, of)),
});

/** By origin: where requests go instead. */
const detours: Readonly<Record<string, string>> = JSON.parse(routes);
const realFetch = fetch;
globalThis.fetch = (input, init) => {
  const detour =
    typeof input === 'string' ? Object.entries(detours).find(([origin]) => input.startsWith(origin)) : null;
  return realFetch(detour == null ? input : `${detour[1]}${String(input).slice(detour[0].length)}`, init);
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const held = (): { readonly heapBytes: number; readonly residentBytes: number } => {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
};

if (socket !== undefined)
  createServer((request, answer) => {
    const [, what = '', value = ''] = (request.url ?? '').split('/');
    if (what === 'clock') aheadMs = Number(value);
    answer.end(JSON.stringify(what === 'held' ? held() : { aheadMs }));
  })
    .listen(socket)
    .unref();
