/** The same answer to all who ask within so long; whoever asks later waits for a new one. A failure is not kept. */
export const onceA = <A>(ms: number, ask: () => Promise<A>): (() => Promise<A>) => {
  let known: { readonly askedAt: number; readonly answer: Promise<A> } | null = null;
  return () => {
    const now = performance.now();
    if (known !== null && now - known.askedAt < ms) return known.answer;
    const answer = ask();
    const asked = { askedAt: now, answer };
    known = asked;
    answer.catch(() => {
      if (known === asked) known = null;
    });
    return answer;
  };
};
