import type { AnyTarget } from './target.ts';

export type Shared = { readonly target: AnyTarget; readonly share: number };
export type Planned = { readonly target: AnyTarget; readonly cases: number };

/** Of all cases, this part goes to each decoder at least: 20,000 of a million. */
const LEAST_PART = 0.02;

/** How many cases each plays: by shares, and a floor that no share comes below. */
export const planOf = (cases: number, shared: readonly Shared[]): readonly Planned[] => {
  const least = Math.ceil(Math.min(cases * LEAST_PART, cases / shared.length));
  const shares = shared.reduce((sum, { share }) => sum + share, 0);
  const rest = Math.max(0, cases - least * shared.length);
  // Some that have no share of their own, played without the others, share alike.
  const partOf = (share: number): number => (shares === 0 ? 1 / shared.length : share / shares);
  return shared.map(({ target, share }) => ({ target, cases: least + Math.ceil(rest * partOf(share)) }));
};
