import type { PointsFacts } from '../event/facts.ts';
import { keyed } from './keyed.ts';
import type { Projection } from './projection.ts';

/** The member's balances, by the record that holds each. */
export type PointsState = Readonly<Record<string, PointsFacts>>;

/** By name, then by the record's id. balance: exact decimal text. */
export type PointsView = readonly { readonly name: string | null; readonly balance: string | null }[];

/** Points as the source counts them: billfold adds nothing up. */
export const points: Projection<PointsState, PointsView> = {
  name: 'points',
  version: 1,
  initial: {},
  ...keyed<PointsFacts>((balances, event) => {
    switch (event.type) {
      case 'PointsOpened':
      case 'PointsBalanceChanged':
        return balances.put(event.recordId, event.current);
      case 'PointsClosed':
        return balances.put(event.recordId, undefined);
      default:
        return;
    }
  }),
  view: (state) =>
    Object.entries(state)
      .toSorted(([idA, a], [idB, b]) => ascending(a.name ?? '', b.name ?? '') || ascending(idA, idB))
      .map(([, { name, balance }]) => ({ name, balance })),
  nextChangeAt: () => null,
};

const ascending = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
