import type { FlowGraph } from '../../../flow/graph.ts';

/** column: how many steps lie before a box, at most. row 0: the longest way of all. */
export type Cell = { readonly column: number; readonly row: number };
export type Grid = { readonly columns: number; readonly at: (name: string) => Cell };

/**
 * The longest way in one straight row; what joins it or leaves it below, each as near as it can stand without another box in its way. perBand: so many
 * columns stand beside each other, then the next ones below them.
 */
export const gridOf = (graph: FlowGraph, perBand: number): Grid => {
  const columns = columnsOf(graph);
  const columnOf = (name: string): number => columns.get(name) ?? 0;
  const straight = longestWay(graph, columnOf);
  const taken: { readonly row: number; readonly from: number; readonly to: number }[] = [];
  const rows = new Map<string, number>();
  for (const { name } of graph.boxes) {
    if (straight.has(name)) continue;
    const from = columnOf(name);
    const bandEnd = (Math.floor(from / perBand) + 1) * perBand;
    const reached = graph.edges.filter((edge) => edge.from === name).map(({ to }) => columnOf(to));
    // What leaves it goes along its row, up to the column that it turns into.
    const to = Math.max(from, ...reached.filter((column) => column < bandEnd).map((column) => column - 1));
    const isTaken = (row: number): boolean => taken.some((one) => one.row === row && one.from <= to && from <= one.to);
    let row = 1;
    while (isTaken(row)) row += 1;
    taken.push({ row, from, to });
    rows.set(name, row);
  }
  return {
    columns: 1 + Math.max(0, ...columns.values()),
    at: (name) => ({ column: columnOf(name), row: rows.get(name) ?? 0 }),
  };
};

const columnsOf = ({ boxes, edges }: FlowGraph): ReadonlyMap<string, number> => {
  const columns = new Map<string, number>();
  for (const { name } of boxes) {
    const before = edges.filter(({ to }) => to === name).map(({ from }) => (columns.get(from) ?? -1) + 1);
    columns.set(name, Math.max(0, ...before));
  }
  return columns;
};

/** From step to step; of two that are as long, the one declared first. */
const longestWay = ({ boxes, edges }: FlowGraph, columnOf: (name: string) => number): ReadonlySet<string> => {
  const ahead = new Map<string, number>();
  const nextOf = (name: string): readonly string[] =>
    edges.filter(({ from, to }) => from === name && columnOf(to) === columnOf(name) + 1).map(({ to }) => to);
  const aheadOf = (name: string): number => ahead.get(name) ?? 0;
  const furthest = (names: readonly string[]): string | undefined =>
    names.toSorted((a, b) => aheadOf(b) - aheadOf(a))[0];
  for (const { name } of boxes.toReversed())
    ahead.set(name, Math.max(0, ...nextOf(name).map((next) => aheadOf(next) + 1)));
  const way = new Set<string>();
  let at = furthest(boxes.map(({ name }) => name).filter((name) => columnOf(name) === 0));
  while (at !== undefined) {
    way.add(at);
    at = furthest(nextOf(at));
  }
  return way;
};
