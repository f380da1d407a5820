import type { FlowGraph } from '../../../flow/graph.ts';
import { across } from './layoutAcross.ts';
import { down } from './layoutDown.ts';

/** In the pixels of letters that nobody made larger; x and y of the upper left corner. */
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

/** Where each box stands in so much width: from left to right where there is room, in two bands where there is half of it, else from top to bottom. */
export const layoutOf = (graph: FlowGraph, width: number): Layout =>
  across(graph, width, 1) ?? across(graph, width, 2) ?? down(graph, width);
