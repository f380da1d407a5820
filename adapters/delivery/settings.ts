import type { Limits } from './destination.ts';

/** What of its limits somebody said, over those that a destination has of itself. */
export const limitsOf = (
  said: { readonly [Limit in keyof Limits]: Limits[Limit] | undefined } | undefined,
  usual: Limits,
): Limits => {
  const entries = Object.entries(said ?? {}).filter(([, value]) => value !== undefined);
  return { ...usual, ...Object.fromEntries(entries) };
};
