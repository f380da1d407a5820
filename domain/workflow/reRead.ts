import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ReadFailure } from '../errors.ts';
import type { Clock, ReReadReason, ReReadRequest, ReReads, StaleStore } from '../ports.ts';
import type { StaleEntry } from '../record/staleness.ts';
import { closedLoad, declaredLoads } from '../run/fullLoad.ts';
import type { RunStore } from '../run/ports.ts';
import { recentRuns } from '../run/recentRuns.ts';
import { type Mapping, meaningOf } from '../source/mapping.ts';
import type { EpochMs } from '../values/calendar.ts';
import { isDatedAhead } from '../values/clocks.ts';

export type ReReadDeps = {
  readonly stale: Pick<StaleStore, 'list' | 'close' | 'requests' | 'remember'>;
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly reReads: ReReads;
  readonly clock: Clock;
  readonly mapping: Mapping;
};

/** Entries looked at in one round. The others come when these are fresh again; those about whole objects are always among them. */
const ENTRIES = 1_000;
/** A request that made nothing fresh is made again after so long. */
const QUIET_MS = 3_600_000;
/** AppFlow runs a Salesforce flow at most once a minute (AppFlow guide, "Salesforce connector"). */
const AT_MOST_EVERY_MS = 60_000;

/**
 * Closes what complete loads have read again since, and asks for what nobody has: from stored state alone, so a crash loses no request and at most
 * repeats one. Returns how many requests it made. Nothing stale is one read.
 */
export const keepFresh =
  (deps: ReReadDeps): TaskEither<ReadFailure, number> =>
  async () => {
    const listed = await deps.stale.list(null, ENTRIES)();
    if (E.isLeft(listed)) return listed;
    const { entries } = listed.right;
    if (entries.length === 0) return E.right(0);
    const readFrom = await lastReadings(deps, entries);
    if (E.isLeft(readFrom)) return readFrom;
    const pending: StaleEntry[] = [];
    for (const entry of entries) {
      if (!isReadAgain(deps.mapping, entry, readFrom.right)) pending.push(entry);
      else {
        const closed = await deps.stale.close(entry)();
        if (E.isLeft(closed)) return closed;
      }
    }
    return ask(deps, reasonsOf(deps.mapping, pending));
  };

type Readings = ReadonlyMap<string, EpochMs>;

/** When the latest complete load of each object began. Only asked where something waits for one. */
const lastReadings = async (
  { mapping, runs }: ReReadDeps,
  entries: readonly StaleEntry[],
): Promise<E.Either<ReadFailure, Readings>> => {
  const objects = new Set(
    entries.filter(({ scope }) => scope !== 'record').flatMap((entry) => objectsOf(mapping, entry)),
  );
  const loads = declaredLoads(mapping).filter(({ object }) => objects.has(object));
  const recent = await recentRuns(
    runs,
    loads.flatMap(({ flows }) => flows),
  );
  if (E.isLeft(recent)) return recent;
  const readings = new Map<string, EpochMs>();
  for (const load of loads) {
    const closed = closedLoad(load, recent.right);
    if (closed !== null) readings.set(load.object, Math.max(closed.startedAt, readings.get(load.object) ?? 0));
  }
  return E.right(readings);
};

/** A record's own entry leaves with the row that reads it; the others when complete loads began clearly after the gap. */
const isReadAgain = (mapping: Mapping, entry: StaleEntry, readings: Readings): boolean => {
  if (entry.scope === 'record') return false;
  const from = entry.since + mapping.programme.extractionMarginMs;
  return objectsOf(mapping, entry).every((object) => (readings.get(object) ?? 0) >= from);
};

/** What has to be read again: the object itself or, of a merged contact, everything that contacts own. */
const objectsOf = (mapping: Mapping, { scope, object }: StaleEntry): readonly string[] =>
  (scope === 'children' ? Object.keys(mapping.objects) : [object]).filter((name) => {
    const meaning = meaningOf(mapping, name);
    return meaning !== undefined && (scope !== 'children' || 'owner' in meaning);
  });

const reasonsOf = (mapping: Mapping, pending: readonly StaleEntry[]): ReadonlyMap<string, ReReadReason> => {
  const reasons = new Map<string, ReReadReason>();
  for (const entry of pending)
    for (const object of objectsOf(mapping, entry)) {
      const known = reasons.get(object);
      if (known === undefined || entry.since > known.since)
        reasons.set(object, { scope: entry.scope, since: entry.since });
    }
  return reasons;
};

const ask = async (
  { stale, reReads, clock }: ReReadDeps,
  reasons: ReadonlyMap<string, ReReadReason>,
): Promise<E.Either<ReadFailure, number>> => {
  const asked = await stale.requests()();
  if (E.isLeft(asked)) return asked;
  const now = clock();
  let made = 0;
  for (const [object, why] of reasons) {
    const before = asked.right.find((request) => request.object === object);
    if (!isDue(before, why, now)) continue;
    const requested = await reReads.request(object, why)();
    if (E.isLeft(requested)) return requested;
    // Remembered afterwards: killed in between, it asks twice rather than not at all.
    const remembered = await stale.remember({ object, ...why, requestedAt: now })();
    if (E.isLeft(remembered)) return remembered;
    made += 1;
  }
  return E.right(made);
};

const isDue = (before: ReReadRequest | undefined, why: ReReadReason, now: EpochMs): boolean => {
  if (before === undefined) return true;
  const wait = why.since > before.since ? AT_MOST_EVERY_MS : QUIET_MS;
  return now - before.requestedAt >= wait || isDatedAhead(before.requestedAt, now);
};
