import type { Box, FlowGraph } from '../../../flow/graph.ts';
import { boxHeight } from './boxHeight.ts';
import { gridOf } from './grid.ts';
import type { Layout, Placed } from './layout.ts';
import { ARROW, rounded } from './lines.ts';

/** From top to bottom: what stands in a column elsewhere is a row here, or several; what passes by a row does so at its side. */
export const down = (graph: FlowGraph, width: number): Layout => {
  const boxes: Placed[] = [];
  let y = EDGE;
  for (const row of rowsOf(graph, Math.max(1, Math.floor((width - 2 * LANE + BETWEEN) / (NARROWEST + BETWEEN))))) {
    const each = Math.floor((width - 2 * LANE - (row.length - 1) * BETWEEN) / row.length);
    const height = Math.max(...row.map((box) => boxHeight(box, each)));
    boxes.push(
      ...row.map(({ name }, index) => ({ ...{ name, y, height, width: each }, x: LANE + index * (each + BETWEEN) })),
    );
    y += height + APART;
  }
  const height = y - APART + EDGE;
  return { width, height, boxes, paths: graph.edges.map(({ from, to }) => pathOf(boxes, from, to, width)) };
};

const EDGE = 16;
const APART = 36;
const BETWEEN = 8;
/** At both sides of the rows. */
const LANE = 16;
const NARROWEST = 96;

const rowsOf = (graph: FlowGraph, most: number): readonly (readonly Box[])[] => {
  const { columns, at } = gridOf(graph, Number.POSITIVE_INFINITY);
  return Array.from({ length: columns }, (_, column) => graph.boxes.filter(({ name }) => at(name).column === column))
    .flatMap((boxes) => {
      const sorted = boxes.toSorted((a, b) => at(a.name).row - at(b.name).row);
      return Array.from({ length: Math.ceil(sorted.length / most) }, (_, n) => sorted.slice(n * most, (n + 1) * most));
    })
    .map(([first, ...others]) => {
      if (first === undefined) return [];
      // The longest way goes straight down; beside it is what passes by the next row.
      const left = others.length > 1 ? others.slice(0, Math.floor(others.length / 2)) : [];
      return [...left, first, ...others.slice(left.length)];
    });
};

const pathOf = (boxes: readonly Placed[], from: string, to: string, width: number): string => {
  const start = boxes.find(({ name }) => name === from);
  const end = boxes.find(({ name }) => name === to);
  if (start === undefined || end === undefined) return '';
  const isPassing = boxes.some(({ y }) => y > start.y && y < end.y);
  const out = start.x + start.width / 2;
  const isLeft = out < width / 2;
  const into = end.x + end.width * (isPassing ? (isLeft ? 0.15 : 0.85) : 0.5);
  const side = isLeft ? LANE / 2 : width - LANE / 2;
  const below = start.y + start.height + APART / 2;
  const above = end.y - APART / 2;
  return rounded([
    { x: out, y: start.y + start.height },
    { x: out, y: below },
    ...(isPassing
      ? [
          { x: side, y: below },
          { x: side, y: above },
        ]
      : []),
    { x: into, y: above },
    { x: into, y: end.y - ARROW },
  ]);
};
