import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type EpochMs, isDatedAhead } from '#domain/index.ts';

/** What is remembered of a member's object. A release reads a new version one version before any release writes it. */
const Progress = t.exact(
  t.intersection([
    t.type({
      v: t.literal(1),
      /** Google has it, as far as we know. */
      isInserted: t.boolean,
      /** When holders were notified, within a day. */
      notifiedAt: t.readonlyArray(t.number),
      /** How often Google said that a day's notifications are used up. */
      overQuota: t.number,
    }),
    /** See shownBefore.ts; absent: of a delivery that did not keep it. */
    t.partial({ shown: t.readonly(t.record(t.string, t.string)) }),
  ]),
);
export type Progress = t.TypeOf<typeof Progress>;

const nothing: Progress = { v: 1, isInserted: false, notifiedAt: [], overQuota: 0 };

/** What cannot be read is forgotten: an insert that is not needed is answered, and a notification more is refused, by Google. */
export const progressOf = (stored: unknown): Progress => {
  const read = Progress.decode(stored);
  return E.isLeft(read) ? nothing : read.right;
};

/** "Up to 3 per pass in 24 hours" (Google Wallet, Trigger push notifications, read November 2026). */
export const NOTIFICATIONS = 3;
const WITHIN_MS = 24 * 3_600_000;

export const notificationsLeft = ({ notifiedAt }: Progress, now: EpochMs): number =>
  Math.max(0, NOTIFICATIONS - within(notifiedAt, now).length);

export const notified = (progress: Progress, now: EpochMs): Progress => ({
  ...progress,
  notifiedAt: [...within(progress.notifiedAt, now), now].slice(-NOTIFICATIONS),
});

/** Google counts what others sent too: as if those had been ours. */
export const refusedOverQuota = (progress: Progress, now: EpochMs): Progress => ({
  ...notified(progress, now),
  overQuota: progress.overQuota + 1,
});

/** Of what a clock that was ahead wrote nobody knows when it was: Google counts for itself, and says when there were too many. */
const within = (times: readonly EpochMs[], now: EpochMs) =>
  times.filter((at) => at > now - WITHIN_MS && !isDatedAhead(at, now));
