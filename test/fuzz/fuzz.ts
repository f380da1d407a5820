import fc from 'fast-check';
import { CANARY } from './odd.ts';
import { pollution } from './pollution.ts';
import { type AnyTarget, Broken, type Decoder, type Outcome } from './target.ts';

export type FuzzOptions = {
  readonly cases: number;
  readonly seed: number;
  /** CPU of this thread that one case may take, unless its target says more. */
  readonly mostCpuMs: number;
  /** Of one failing case, as a failing run told it. */
  readonly path?: string;
  readonly onCase?: (cases: number) => void;
};

export type FuzzReport = {
  readonly target: string;
  readonly cases: number;
  readonly outcomes: Readonly<Record<Outcome['type'], number>>;
  readonly slowestCpuMs: number;
  readonly failure: { readonly reason: string; readonly input: string; readonly path: string } | null;
};

/** Plays cases of a target until one breaks its contract, and then the smallest that does. */
export const fuzz = async (target: AnyTarget, options: FuzzOptions): Promise<FuzzReport> => {
  const { cases, seed, path, onCase = () => undefined } = options;
  const mostCpuMs = Math.max(options.mostCpuMs, target.mostCpuMs ?? 0);
  const decoder = await target.open();
  const outcomes = { value: 0, aside: 0, refused: 0 };
  let played = 0;
  let slowestCpuMs = 0;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    const { outcome, cpuMs } = await timed(decoder, input, mostCpuMs);
    judge(outcome);
    outcomes[outcome.type] += 1;
    slowestCpuMs = Math.max(slowestCpuMs, cpuMs);
    onCase(++played);
  });
  try {
    const examples = Object.values(target.found).map((input): [unknown] => [input]);
    const settings = { numRuns: cases, seed, examples, ...(path !== undefined && { path, endOnFailure: true }) };
    const result = await fc.check(property, settings);
    const failure = !result.failed
      ? null
      : {
          reason: reasonOf(result.errorInstance),
          input: target.show(result.counterexample?.[0]),
          path: result.counterexamplePath ?? '',
        };
    return { target: target.name, cases: played, outcomes, slowestCpuMs, failure };
  } finally {
    await decoder.close?.();
  }
};

type Timed = { readonly outcome: Outcome; readonly cpuMs: number };

/** What is slow once may have waited for the compiler or the collector of garbage: what is slow each time is slow. */
const timed = async (decoder: Decoder<unknown>, input: unknown, mostCpuMs: number): Promise<Timed> => {
  let best = await once(decoder, input);
  for (let again = 0; again < TRIES && best.cpuMs > mostCpuMs; again++) {
    const next = await once(decoder, input);
    if (next.cpuMs < best.cpuMs) best = next;
  }
  if (best.cpuMs > mostCpuMs) throw new Broken(`took ${Math.round(best.cpuMs)} ms of CPU`);
  return best;
};
const TRIES = 3;

const once = async (decoder: Decoder<unknown>, input: unknown): Promise<Timed> => {
  const before = process.threadCpuUsage();
  const outcome = await decoder.play(input);
  const { user, system } = process.threadCpuUsage(before);
  const polluted = pollution();
  if (polluted !== null) throw new Broken(`changed ${polluted}`);
  return { outcome, cpuMs: (user + system) / 1_000 };
};

const judge = ({ told, made }: Outcome): void => {
  if (told !== undefined && JSON.stringify(told).includes(CANARY))
    throw new Broken(`told what it was given: ${JSON.stringify(told)}`);
  const strange = strangerIn(made, 0);
  if (strange !== null) throw new Broken(`made an object whose prototype is ${strange}`);
};

/** The prototype of an object that is no plain one. */
const strangerIn = (value: unknown, depth: number): string | null => {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null)
    return JSON.stringify(prototype);
  for (const inner of Object.values(value)) {
    const found = strangerIn(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
};
/** What is made of an input is flat; what it carries along as it came is the sender's. */
const DEEPEST = 6;

const reasonOf = (error: unknown): string =>
  error instanceof Broken
    ? error.message
    : error instanceof Error
      ? `threw ${error.stack ?? error.message}`
      : `threw ${String(error)}`;
