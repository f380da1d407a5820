import type { Box, Edge, FlowGraph } from '../../../flow/graph.ts';
import type { FlowNow, PartNow } from '../../../http/answers/flow.ts';

/** A box's numbers: what passed is its main part's, what waits, failed or is dead that of all its parts together. */
export type BoxNow = {
  readonly passed: number;
  readonly perSecond: number;
  readonly waiting: number;
  readonly isMore: boolean;
  readonly oldestMs: number | null;
  readonly dead: number;
  readonly state: PartNow['state'];
};

type Parts = FlowNow['parts'];

export const boxNow = ({ main, parts }: Pick<Box, 'main' | 'parts'>, numbers: Parts): BoxNow => {
  const known = parts.flatMap(({ id }) => numbers[id] ?? []);
  const ages = known.flatMap(({ oldestMs }) => oldestMs ?? []);
  return {
    passed: numbers[main]?.passed ?? 0,
    perSecond: numbers[main]?.perSecond ?? 0,
    waiting: sum(known.map(({ waiting }) => waiting)),
    isMore: known.some(({ isMore }) => isMore),
    oldestMs: ages.length === 0 ? null : Math.max(...ages),
    dead: sum(known.map(({ dead }) => dead)),
    state: WORST_FIRST.find((state) => known.some((part) => part.state === state)) ?? 'ok',
  };
};

const WORST_FIRST = ['down', 'paused', 'retrying'] as const;

/** How much goes along an edge: by the parts that move it, or, where those are not here, by what comes out of the box. */
export const edgePerSecond = ({ boxes }: FlowGraph, { from, by }: Edge, numbers: Parts): number => {
  const known = by.flatMap((id) => numbers[id] ?? []);
  if (known.length > 0) return sum(known.map(({ perSecond }) => perSecond));
  const box = boxes.find(({ name }) => name === from);
  return box === undefined ? 0 : (numbers[box.main]?.perSecond ?? 0);
};

/** As they stood, and nothing moves: nobody knows whether anything does. */
export const atRest = (numbers: Parts): Parts =>
  Object.fromEntries(Object.entries(numbers).map(([id, part]) => [id, { ...part, perSecond: 0 }]));

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
