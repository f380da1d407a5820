import type { FlowGraph } from '../../../flow/graph.ts';
import type { Layout } from './layout.ts';
import { ARROW, curve, type Point, type Ranked, ranked, type Sizes } from './ranked.ts';

/** From left to right, as wide as there is room for. */
export const across = (graph: FlowGraph, room: number): Layout => {
  const narrow = { ...SIZES, width: NARROWEST };
  const least = ranked(graph, 'LR', narrow);
  const ranks = new Set(graph.boxes.map(({ name }) => least.at(name).x)).size;
  const more = Math.floor((room - least.width) / ranks);
  if (more <= 0) return placed(graph, least, narrow);
  const wide = { ...SIZES, width: Math.min(WIDEST, NARROWEST + more) };
  return placed(graph, ranked(graph, 'LR', wide), wide);
};

const WIDEST = 180;
const NARROWEST = 112;
const SIZES = { height: 136, between: 14, apart: 24 };

const placed = (graph: FlowGraph, found: Ranked, { width, height }: Sizes): Layout => {
  const turned = beginningAbove(graph, found);
  const at = (name: string): Point => turned(found.at(name));
  return {
    ...{ width: found.width, height: found.height },
    boxes: graph.boxes.map(({ name }) => {
      const { x, y } = at(name);
      return { ...{ name, width, height }, x: x - width / 2, y: y - height / 2 };
    }),
    paths: graph.edges.map(({ from, to }) => {
      const [start, end] = [at(from), at(to)];
      const bends = found.bends(from, to).map(turned);
      return curve(
        [{ ...start, x: start.x + width / 2 }, ...bends, { ...end, x: end.x - width / 2 - ARROW }],
        'across',
      );
    }),
  };
};

/** Read from the upper left: where the first box with a way of its own lies below, all is turned upside down. */
const beginningAbove = ({ edges }: FlowGraph, { height, at }: Ranked): ((point: Point) => Point) => {
  const [first] = edges;
  const isBelow = first !== undefined && at(first.from).y > height / 2;
  return ({ x, y }) => ({ x, y: isBelow ? height - y : y });
};
