import * as E from 'fp-ts/lib/Either.js';
import * as R from 'fp-ts/lib/Record.js';
import * as t from 'io-ts';
import { type EpochMs, isDatedAhead } from '#domain/index.ts';

/** The last push to a device that APNs took: of which revision, the how manieth of it, when, and when the first. */
const Push = t.strict({ revision: t.number, round: t.number, at: t.number, firstAt: t.number });
export type Push = t.TypeOf<typeof Push>;

/** What the destination remembers of a pass: its devices, each under a hash. */
const Progress = t.strict({ v: t.literal(1), pushes: t.readonly(t.record(t.string, Push)) });
export type Pushes = Readonly<Record<string, Push>>;

/** What cannot be read is forgotten: it costs a push. */
export const readPushes = (progress: unknown): Pushes => {
  const read = Progress.decode(progress);
  return E.isRight(read) ? read.right.pushes : {};
};

/** Those that a clock which was ahead dated are as if they were long ago, so that it is pushed again rather than looked at when that clock comes. */
export const soundPushes = (progress: unknown, now: EpochMs): Pushes =>
  R.map(
    (push: Push): Push => ({
      ...push,
      at: isDatedAhead(push.at, now) ? 0 : push.at,
      firstAt: isDatedAhead(push.firstAt, now) ? now : push.firstAt,
    }),
  )(readPushes(progress));

export const progressOf = (pushes: Pushes): unknown => Progress.encode({ v: 1, pushes });

/** To be pushed now; to be pushed then, as it was pushed just now; to be looked at then; not pushed again. */
export type Plan =
  | { readonly type: 'Push' }
  | { readonly type: 'Hold'; readonly until: EpochMs }
  | { readonly type: 'Await'; readonly until: EpochMs }
  | { readonly type: 'GiveUp' };

/**
 * What to do about a device that has not fetched a revision. APNs says 200 also where nothing reaches the device, so it is pushed again a quarter of an hour
 * later, and once more a day after the first time. Between two pushes lie `everyMs` at least; the last revision always gets one.
 */
export const planPush = (last: Push | undefined, revision: number, everyMs: number, now: EpochMs): Plan => {
  if (last === undefined) return { type: 'Push' };
  const held = last.at + everyMs;
  if (last.revision === revision) {
    const look = last.round === 2 ? Math.max(last.firstAt + DAY_MS, last.at + LOOK_MS) : last.at + LOOK_MS;
    if (now < look) return { type: 'Await', until: look };
    if (last.round >= ROUNDS) return { type: 'GiveUp' };
  }
  return now < held ? { type: 'Hold', until: held } : { type: 'Push' };
};

export const pushed = (last: Push | undefined, revision: number, at: EpochMs): Push =>
  last?.revision === revision ? { ...last, round: last.round + 1, at } : { revision, round: 1, at, firstAt: at };

export const LOOK_MS = 15 * 60_000;
export const DAY_MS = 24 * 3_600_000;
const ROUNDS = 3;
