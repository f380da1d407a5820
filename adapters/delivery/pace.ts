import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { Lane } from './acceptedEvent.ts';
import type { Budget, Pace } from './budget.ts';
import { farMsOf } from './pacing.ts';

export type Pacer = {
  /** Begins when its turn comes. The function takes it out of the line again: false where it began already. */
  readonly join: (lane: Lane, begin: () => void) => () => boolean;
  /** Somebody left a room. */
  readonly look: () => void;
  readonly view: () => PaceView;
};

export type PaceView = Pace & {
  /** In line, in this process. */
  readonly waiting: Readonly<Record<Lane, number>>;
  /** Places taken from the budget and not used yet. */
  readonly reserved: number;
  /** The shared budget cannot be had. */
  readonly isAlone: boolean;
};

export type PacerDeps = {
  readonly credential: string;
  readonly pace: Pace;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Whether one of that lane may begin. Bulk has none where live has none. */
  readonly hasRoom: (lane: Lane) => boolean;
  readonly onAlone: (isAlone: boolean, reason: string | null) => void;
};

/** A place is good so long after its time; later it is lost. Longer than the budget takes to answer, and than a process is busy with something else. */
const LATE_MS = 100;
/** Places that nobody had in time, in a row: as good as none. */
const FRUITLESS = 3;
/** Places are taken ahead for a quarter of a second at most: so long may somebody live in another process wait for what bulk took here. */
const AHEAD_MS = 250;
/** Without the budget each process goes at a quarter of the rate, without burst: four of them are still within it. */
const SHARE_ALONE = 1 / 4;
/** The budget is asked again after so long, with a second of silence on either side, as its places come in bursts. Slower than one in twelve seconds: no place at all. */
const ALONE_MS = 5_000;

/**
 * Whose turn it is at one partner. A place is handed out only to somebody who may begin at once, live first: so bulk never takes a place that somebody live
 * waits for, and no place goes by while its holder waits for a room. (cockatiel's bulkhead has a line too, but one for all: first come, first served.)
 */
export const pacerOf = ({ credential, pace, budget, clock, hasRoom, onAlone }: PacerDeps): Pacer => {
  const lines = { live: new Set<() => void>(), bulk: new Set<() => void>() };
  const asked = askedPace(pace);
  const aloneEveryMs = 1_000 / (asked.perSecond * SHARE_ALONE);
  const farMs = farMsOf(asked);
  const mostAtOnce = Math.max(1, Math.floor((pace.perSecond * AHEAD_MS) / 1_000));
  /** In order; so many of them are used or lost. All times here are performance.now(). */
  let places: readonly number[] = [];
  let used = 0;
  let batch = 1;
  let isTaking = false;
  let timer: NodeJS.Timeout | null = null;
  let aloneUntil: number | null = null;
  let lastAlone = 0;
  let fruitless = 0;

  const look = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (;;) {
      const line = next();
      if (line === null) return;
      const now = performance.now();
      const place = goodPlace();
      if (place === undefined) return void take();
      if (place > now) {
        timer = setTimeout(look, Math.ceil(place - now));
        return;
      }
      used += 1;
      const [begin] = line;
      if (begin === undefined) return;
      line.delete(begin);
      begin();
    }
  };

  const isGood = (place: number): boolean => place >= performance.now() - LATE_MS;

  const goodPlace = (): number | undefined => {
    for (; used < places.length; used += 1) {
      const place = places[used] ?? 0;
      if (isGood(place)) return place;
      batch = 1;
    }
    return undefined;
  };

  const next = (): Set<() => void> | null => {
    for (const lane of ['live', 'bulk'] as const) if (lines[lane].size > 0 && hasRoom(lane)) return lines[lane];
    return null;
  };

  /** More at a time while all of them find somebody. */
  const take = async (): Promise<void> => {
    if (isTaking) return;
    isTaking = true;
    places = (await together()) ?? alone();
    used = 0;
    isTaking = false;
    if (places.length > 0) look();
    else timer ??= setTimeout(look, Math.max(1, (aloneUntil ?? 0) - performance.now()));
  };

  const together = async (): Promise<readonly number[] | null> => {
    if (aloneUntil !== null && performance.now() < aloneUntil) return null;
    const taken = await budget.take(credential, asked, batch)();
    const now = performance.now();
    const given = E.isRight(taken) ? taken.right.map((place) => now + place - clock()) : [];
    const inTime = given.filter((place) => isGood(place) && place <= now + farMs);
    fruitless = inTime.length > 0 ? 0 : fruitless + 1;
    const isAlone = given.length === 0 || fruitless >= FRUITLESS;
    if (isAlone !== (aloneUntil !== null)) {
      onAlone(isAlone, isAlone ? (E.isLeft(taken) ? taken.left.reason : 'no place of its in time') : null);
      // What the budget gave last may lie within this second.
      lastAlone = now + 1_000 - aloneEveryMs;
    }
    aloneUntil = isAlone ? now + ALONE_MS : null;
    batch = isAlone ? 1 : Math.min(mostAtOnce, batch * 2);
    return isAlone ? null : inTime;
  };

  const alone = (): readonly number[] => {
    const at = Math.max(performance.now(), lastAlone + aloneEveryMs);
    if (at > (aloneUntil ?? 0) - 1_000) return [];
    lastAlone = at;
    return [at];
  };

  return {
    join: (lane, begin) => {
      const turn = (): void => begin();
      lines[lane].add(turn);
      look();
      return () => lines[lane].delete(turn);
    },
    look,
    view: () => ({
      ...pace,
      waiting: { live: lines.live.size, bulk: lines.bulk.size },
      reserved: places.length - used,
      isAlone: aloneUntil !== null,
    }),
  };
};

/** So much late at most, they still are never more in a second than was set: the burst gives what that takes, and where it is too small the rate. */
const askedPace = ({ perSecond, burst }: Pace): Pace => {
  const stretch = 1 + LATE_MS / 1_000;
  const asked = Math.min(perSecond, (perSecond + burst) / stretch);
  return { perSecond: asked, burst: perSecond + burst - asked * stretch };
};
