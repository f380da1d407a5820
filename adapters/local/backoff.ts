/** Full jitter, capped: spreads retries and never waits for ever. Source: AWS Architecture Blog, "Exponential Backoff And Jitter". */
export type Backoff = { readonly baseMs: number; readonly capMs: number; readonly random: () => number };

export const defaultBackoff: Backoff = { baseMs: 100, capMs: 20_000, random: Math.random };

/** attempt: 1 after the first failure. */
export const retryDelayMs = ({ baseMs, capMs, random }: Backoff, attempt: number): number =>
  random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));

/** Tries until it works or the abort comes. True when it worked. */
export const untilItWorks = async (
  {
    backoff,
    signal,
    onFailure,
  }: { readonly backoff: Backoff; readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
  action: () => Promise<void>,
): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await action();
      return true;
    } catch (error) {
      onFailure(error);
    }
    if (signal.aborted) return false;
    await sleep(retryDelayMs(backoff, attempt), signal);
  }
};

/** Ends early, and quietly, at the abort. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
