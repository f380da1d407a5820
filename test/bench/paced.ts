/** What was asked for at even spacing, and when each was seen. Times: milliseconds from the moment an item was due to be sent. */
export type Paced = { readonly lagsMs: readonly number[]; readonly failed: number; readonly unseen: number };

export type PacedWork = {
  readonly perSecond: number;
  readonly seconds: number;
  /** Resolves when the item with this number is sent. */
  readonly send: (index: number) => Promise<void>;
  /** How long to wait for what is not seen yet. */
  readonly patienceMs: number;
};

/**
 * Sends at even spacing, whatever became of what was sent before. A lag counts from when an item was due, so a sender that is held up hides nothing.
 * seen: called by whoever sees an item.
 */
export const paced = (work: PacedWork): { readonly seen: (index: number) => void; readonly done: Promise<Paced> } => {
  const count = Math.max(1, Math.round(work.perSecond * work.seconds));
  const startedAt = performance.now();
  const dueAt = (index: number): number => startedAt + (index * 1_000) / work.perSecond;
  const lags = new Map<number, number>();
  const allSeen = Promise.withResolvers<void>();
  let failed = 0;

  const seen = (index: number): void => {
    if (index >= count || lags.has(index)) return;
    lags.set(index, performance.now() - dueAt(index));
    if (lags.size + failed >= count) allSeen.resolve();
  };
  const send = async (index: number): Promise<void> => {
    try {
      await work.send(index);
    } catch {
      failed += 1;
      if (lags.size + failed >= count) allSeen.resolve();
    }
  };
  const run = async (): Promise<Paced> => {
    for (let index = 0; index < count; index += 1) {
      const waitMs = dueAt(index) - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      void send(index);
    }
    await Promise.race([allSeen.promise, sleep(work.patienceMs)]);
    const inOrder = [...lags].toSorted(([left], [right]) => left - right).map(([, lagMs]) => lagMs);
    return { lagsMs: inOrder, failed, unseen: count - lags.size - failed };
  };
  // Not at once: whoever calls has to know of `seen` before anything is sent.
  return { seen, done: Promise.resolve().then(run) };
};

/** The lag of the share that is that quick. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

/**
 * Whether what is sent at this rate is worked off at this rate: everything is seen, 99 of 100 within a second, and the last third no later than the first
 * third, half of that and a twentieth of a second aside.
 */
export const keepsUp = ({ lagsMs, failed, unseen }: Paced): boolean => {
  const third = Math.max(1, Math.floor(lagsMs.length / 3));
  const first = percentile(lagsMs.slice(0, third), 0.5);
  const last = percentile(lagsMs.slice(-third), 0.5);
  return failed === 0 && unseen === 0 && percentile(lagsMs, 0.99) <= 1_000 && last <= first * 1.5 + 50;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
