/** How much comes in each minute, of what somebody waits for and of what nobody does. */
export type Flow = readonly { readonly live: number; readonly bulk: number }[];

export type Passed = {
  readonly out: Flow;
  /** Minutes that the last of a minute's work waited, the longest of the day. */
  readonly waits: { readonly live: number; readonly bulk: number };
  /** More comes in a day than goes through in one. */
  readonly isBehind: { readonly live: boolean; readonly bulk: boolean };
};

const DAY = 1_440;
type Waiting = { readonly since: number; left: number };

/** First come, first served, lanes alike: a stream. perMinute: what goes through at the most. */
export const inOrder = (arriving: Flow, perMinute: number): Passed => {
  const waiting: Waiting[] = [];
  const shares = new Map<number, number>();
  const waits = { live: 0, bulk: 0 };
  const out = arriving.map(({ live, bulk }, minute) => {
    if (live + bulk > 0) {
      waiting.push({ since: minute, left: live + bulk });
      shares.set(minute, live / (live + bulk));
    }
    const gone = { live: 0, bulk: 0 };
    take(waiting, perMinute, ({ since }, amount, isLast) => {
      const share = shares.get(since) ?? 0;
      gone.live += amount * share;
      gone.bulk += amount * (1 - share);
      if (!isLast || minute < DAY) return;
      if (share > 0) waits.live = Math.max(waits.live, minute - since);
      if (share < 1) waits.bulk = Math.max(waits.bulk, minute - since);
    });
    return gone;
  });
  const behind = isBehind(arriving, out);
  return { out, waits, isBehind: { live: behind, bulk: behind } };
};

/** What somebody waits for goes first; the other takes what is left. */
export const liveFirst = (arriving: Flow, perMinute: number): Passed => {
  const live = inOrder(
    arriving.map((minute) => ({ live: minute.live, bulk: 0 })),
    perMinute,
  );
  const waiting: Waiting[] = [];
  let longest = 0;
  const out = live.out.map((minute, index) => {
    const bulk = arriving[index]?.bulk ?? 0;
    if (bulk > 0) waiting.push({ since: index, left: bulk });
    let gone = 0;
    take(waiting, perMinute - minute.live, ({ since }, amount, isLast) => {
      gone += amount;
      if (isLast && index >= DAY) longest = Math.max(longest, index - since);
    });
    return { live: minute.live, bulk: gone };
  });
  return {
    out,
    waits: { live: live.waits.live, bulk: longest },
    isBehind: { live: live.isBehind.live, bulk: isBehind(arriving, out) },
  };
};

const take = (
  waiting: Waiting[],
  room: number,
  taken: (from: Waiting, amount: number, isLast: boolean) => void,
): void => {
  for (let left = room; left > 0 && waiting[0] !== undefined; ) {
    const first = waiting[0];
    const amount = Math.min(first.left, left);
    first.left -= amount;
    left -= amount;
    const isLast = first.left <= 1e-9;
    if (isLast) waiting.shift();
    taken(first, amount, isLast);
  }
};

/** Two days alike: what waits at the end of each must not grow. */
const isBehind = (arriving: Flow, out: Flow): boolean => {
  const waitingAfter = (minutes: number): number => sum(arriving, minutes) - sum(out, minutes);
  return waitingAfter(2 * DAY) > waitingAfter(DAY) * 1.01 + 1;
};

const sum = (flow: Flow, minutes: number): number =>
  flow.slice(0, minutes).reduce((total, { live, bulk }) => total + live + bulk, 0);
