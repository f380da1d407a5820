import type { FlowGraph } from '../../../flow/graph.ts';
import type { Layout, Placed } from './layout.ts';
import { ARROW, curve, ranked } from './ranked.ts';

/** From top to bottom: each rank a row over the whole width, what passes by a row does so at its side. */
export const down = (graph: FlowGraph, width: number): Layout => {
  const boxes: Placed[] = [];
  let y = MARGIN;
  for (const row of rowsOf(graph)) {
    boxes.push(...rowAt(row, y, width));
    y += heightOf(row) + APART;
  }
  const height = y - APART + MARGIN;
  return { width, height, boxes, paths: graph.edges.map(({ from, to }) => pathOf(boxes, from, to, width)) };
};

const MARGIN = 4;
const APART = 26;
const BETWEEN = 8;
/** At both sides of the rows. */
const LANE = 14;
/** What is said takes more lines where a box has less width. */
const HEIGHTS = [100, 120, 150, 176];
/** Only the order counts. */
const SIZES = { width: 100, height: 100, between: 10, apart: 10 };

/** The names of each rank, as dagre has them beside each other; the beginning of the first edge to the left. */
const rowsOf = (graph: FlowGraph): readonly (readonly string[])[] => {
  const { at, width } = ranked(graph, 'TB', SIZES);
  const names = graph.boxes.map(({ name }) => name).sort((a, b) => at(a).y - at(b).y || at(a).x - at(b).x);
  const rows = [...Map.groupBy(names, (name) => Math.round(at(name).y)).values()];
  const [first] = graph.edges;
  const isBehind = first !== undefined && at(first.from).x > width / 2;
  return isBehind ? rows.map((row) => row.toReversed()) : rows;
};

const rowAt = (row: readonly string[], y: number, width: number): readonly Placed[] => {
  const room = width - 2 * LANE - (row.length - 1) * BETWEEN;
  const each = Math.floor(room / row.length);
  const height = heightOf(row);
  return row.map((name, index) => ({ ...{ name, y, height, width: each }, x: LANE + index * (each + BETWEEN) }));
};

const heightOf = ({ length }: readonly string[]): number => HEIGHTS[Math.min(length, HEIGHTS.length) - 1] ?? 0;

const pathOf = (boxes: readonly Placed[], from: string, to: string, width: number): string => {
  const start = boxes.find(({ name }) => name === from);
  const end = boxes.find(({ name }) => name === to);
  if (start === undefined || end === undefined) return '';
  const between = [...new Set(boxes.filter(({ y }) => y > start.y && y < end.y).map(({ y }) => y))];
  const middle = start.x + start.width / 2;
  const side = middle > width / 2 ? width - LANE / 2 : LANE / 2;
  const passing = boxes.filter(({ y }) => between.includes(y));
  const bends =
    passing.length === 0
      ? []
      : [
          { x: side, y: Math.min(...passing.map(({ y }) => y)) },
          { x: side, y: Math.max(...passing.map(({ y, height }) => y + height)) },
        ];
  const arriving = passing.length === 0 ? end.x + end.width / 2 : end.x + end.width * (side < width / 2 ? 0.2 : 0.8);
  return curve([{ x: middle, y: start.y + start.height }, ...bends, { x: arriving, y: end.y - ARROW }], 'down');
};
