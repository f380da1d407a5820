import type { FlowGraph } from '../../../flow/graph.ts';
import { boxHeight } from './boxHeight.ts';
import { type Cell, gridOf } from './grid.ts';
import type { Layout, Placed } from './layout.ts';
import { type Bands, wayAcross } from './wayAcross.ts';

/** From left to right, in bands that are read like lines of text; null: there is not room enough. */
export const across = (graph: FlowGraph, room: number, bands: number): Layout | null => {
  const { columns } = gridOf(graph, Number.POSITIVE_INFINITY);
  const frame = frameOf(room, Math.ceil(columns / bands), bands);
  if (frame === null) return null;
  const { perBand, margin, width, apart } = frame;
  const { at } = gridOf(graph, perBand);
  const bandOf = ({ column }: Cell): number => Math.floor(column / perBand);
  const boxes: Placed[] = [];
  const tops: number[] = [];
  let y = TOP;
  for (let band = 0; band < bands; band++) {
    const inBand = graph.boxes.filter(({ name }) => bandOf(at(name)) === band);
    tops.push(y);
    for (let row = 0; row <= Math.max(...inBand.map(({ name }) => at(name).row)); row++) {
      const inRow = inBand.filter(({ name }) => at(name).row === row);
      const height = Math.max(...inRow.map((box) => boxHeight(box, width)));
      for (const { name } of inRow)
        boxes.push({ ...{ name, y, width, height }, x: margin + (at(name).column % perBand) * (width + apart) });
      y += height + BETWEEN;
    }
    y += BANDS_APART - BETWEEN;
  }
  const end = y - BANDS_APART;
  const drawn: Bands = { ...{ perBand, margin, apart, tops, end }, half: BANDS_APART / 2 };
  const placed = (name: string) => ({ box: boxes.find((box) => box.name === name) ?? NOWHERE, cell: at(name) });
  return {
    ...{ width: 2 * margin + perBand * width + (perBand - 1) * apart, height: end + BOTTOM },
    boxes: graph.boxes.map(({ name }) => placed(name).box),
    paths: graph.edges.map(({ from, to }) => wayAcross(drawn, placed(from), placed(to))),
  };
};

/** So many columns beside each other: how wide each is, and how far apart. */
const frameOf = (room: number, perBand: number, bands: number) => {
  const margin = bands === 1 ? MARGIN : LANE;
  const within = room - 2 * margin;
  const width = Math.min(WIDEST, Math.floor((within - (perBand - 1) * APART) / perBand));
  if (width < (bands === 1 ? NARROWEST : NARROWEST_IN_BANDS)) return null;
  const apart = Math.min(FURTHEST, (within - perBand * width) / Math.max(1, perBand - 1));
  return { perBand, margin, width, apart };
};

/** For the line that the outermost boxes have around them when they are reached by keyboard. */
const MARGIN = 4;
/** Where a way goes down beside the bands. */
const LANE = 24;
/** A box bears what is wrong with it on its upper edge, what waits on its lower one. */
const TOP = 14;
const BOTTOM = 16;
const BETWEEN = 34;
const WIDEST = 230;
const NARROWEST = 128;
const NARROWEST_IN_BANDS = 138;
const APART = 24;
const FURTHEST = 52;
const BANDS_APART = 56;
const NOWHERE: Placed = { name: '', x: 0, y: 0, width: 0, height: 0 };
