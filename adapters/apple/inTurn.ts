/** One after another by key, in this process; of a key that nobody waits for nothing is kept. Whoever fails holds up nobody. */
export const inTurn = () => {
  const last = new Map<string, Promise<void>>();
  return (key: string, work: () => Promise<void>): Promise<void> => {
    const turn = (last.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    const kept = turn.finally(() => {
      if (last.get(key) === kept) last.delete(key);
    });
    last.set(key, kept);
    return kept;
  };
};
