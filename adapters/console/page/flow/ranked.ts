import { Graph, layout as layOut } from '@dagrejs/dagre';
import type { FlowGraph } from '../../../flow/graph.ts';

export type Point = { readonly x: number; readonly y: number };
export type Sizes = {
  readonly width: number;
  readonly height: number;
  readonly between: number;
  readonly apart: number;
};
export type Ranked = {
  readonly width: number;
  readonly height: number;
  /** Centre of a box. */
  readonly at: (name: string) => Point;
  /** Where an edge passes between others. */
  readonly bends: (from: string, to: string) => readonly Point[];
};

/** Boxes of one size in the order of the flow, sources side by side at its beginning. */
export const ranked = (graph: FlowGraph, rankdir: 'LR' | 'TB', { width, height, between, apart }: Sizes): Ranked => {
  const drawing = new Graph();
  drawing.setGraph({ ...{ rankdir, nodesep: between, edgesep: between / 2, ranksep: apart }, ...MARGINS });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { name } of graph.boxes) drawing.setNode(name, { width, height });
  const depths = depthsOf(graph);
  for (const { from, to } of graph.edges)
    drawing.setEdge(from, to, { minlen: isSource(graph, from) ? depths.get(to) : 1 });
  layOut(drawing);
  const { width: wide = 0, height: high = 0 } = drawing.graph();
  return {
    ...{ width: wide, height: high },
    at: (name) => drawing.node(name) as Point,
    bends: (from, to) => (drawing.edge(from, to).points as readonly Point[]).slice(1, -1),
  };
};

/** For the line that the outermost boxes have around them when they are reached by keyboard. */
const MARGINS = { marginx: 4, marginy: 4 };

const isSource = ({ boxes }: FlowGraph, name: string): boolean =>
  boxes.some((box) => box.name === name && box.kind === 'source');

/** How many steps lie before a box, at most. */
const depthsOf = ({ boxes, edges }: FlowGraph): ReadonlyMap<string, number> => {
  const depths = new Map<string, number>();
  for (const { name } of boxes) {
    const before = edges.filter(({ to }) => to === name).map(({ from }) => (depths.get(from) ?? 0) + 1);
    depths.set(name, Math.max(0, ...before));
  }
  return depths;
};

/** Leaves every point in the direction of the flow. */
export const curve = ([first = { x: 0, y: 0 }, ...rest]: readonly Point[], direction: 'across' | 'down'): string => {
  let last = first;
  const parts = rest.map((point) => {
    const middle = { x: (last.x + point.x) / 2, y: (last.y + point.y) / 2 };
    const [a, b] =
      direction === 'across'
        ? [
            { x: middle.x, y: last.y },
            { x: middle.x, y: point.y },
          ]
        : [
            { x: last.x, y: middle.y },
            { x: point.x, y: middle.y },
          ];
    last = point;
    return `C${text(a)} ${text(b)} ${text(point)}`;
  });
  return `M${text(first)}${parts.join('')}`;
};

const text = ({ x, y }: Point): string => `${Math.round(x)},${Math.round(y)}`;

/** Room for the head of an arrow. */
export const ARROW = 5;
