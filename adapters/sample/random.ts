/** A small repeatable source of chance: the same seed gives the same draws on every machine. */
export type Random = {
  /** A fraction in [0, 1). */
  readonly fraction: () => number;
  /** A whole number from min to max, both included. */
  readonly int: (min: number, max: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
};

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, plenty for made-up data, nothing secret. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number): number => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    int,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      const picked = items[int(0, items.length - 1)];
      if (picked === undefined) throw new Error('pick: nothing to pick from');
      return picked;
    },
  };
};

/** A seed of its own for a part of the whole, so that one more member leaves the others as they were. FNV-1a, 32 bits. */
export const forkSeed = (seed: number, part: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed}/${part}`)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
};

/** A version 4 UUID drawn from the generator. */
export const randomUuid = (random: Random): string => {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};
