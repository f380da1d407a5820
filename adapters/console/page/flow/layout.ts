import type { FlowGraph } from '../../../flow/graph.ts';
import { across } from './layoutAcross.ts';
import { down } from './layoutDown.ts';

/** Pixels; x and y of the upper left corner. */
export type Placed = {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};
export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Placed[];
  /** Of each edge of the graph, as an SVG path. */
  readonly paths: readonly string[];
};

/** Where each box stands in so much width: from left to right where there is room, else from top to bottom. */
export const layoutOf = (graph: FlowGraph, width: number): Layout => {
  const lying = width < ACROSS_FROM ? null : across(graph, width);
  return lying !== null && lying.width <= width ? lying : down(graph, width);
};

const ACROSS_FROM = 1_000;
