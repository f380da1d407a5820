import type { FlowGraph } from '../../../flow/graph.ts';
import type { Layout } from './layout.ts';
import { ARROW, curve, type Point, type Ranked, ranked, type Sizes } from './ranked.ts';

/** From left to right, as wide as there is room for. */
export const across = (graph: FlowGraph, room: number): Layout => {
  for (let width = WIDEST; ; width -= 4) {
    const sizes = { ...SIZES, width };
    const found = ranked(graph, 'LR', sizes);
    if (found.width <= room || width <= NARROWEST) return placed(graph, found, sizes);
  }
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
