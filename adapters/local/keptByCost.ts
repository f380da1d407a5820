/** What is known at once needs no keeping. */
const CHEAP_MS = 50;
const TIMES_ITS_COST = 10;

/** An answer that was dear is given again for ten times as long as it took to find; a cheap one is asked for each time. A failure is not kept. */
export const keptByCost = <A>(
  ask: () => Promise<A>,
  nowMs: () => number = () => performance.now(),
): (() => Promise<A>) => {
  let known: { readonly askedAt: number; readonly answer: Promise<A> } | null = null;
  let tookMs = 0;
  return () => {
    const askedAt = nowMs();
    if (known !== null && tookMs > CHEAP_MS && askedAt - known.askedAt < tookMs * TIMES_ITS_COST) return known.answer;
    const asked = { askedAt, answer: ask() };
    known = asked;
    asked.answer.then(
      () => {
        tookMs = nowMs() - askedAt;
      },
      () => {
        if (known === asked) known = null;
      },
    );
    return asked.answer;
  };
};
