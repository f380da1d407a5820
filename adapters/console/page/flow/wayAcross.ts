import type { Cell } from './grid.ts';
import type { Placed } from './layout.ts';
import { ARROW, type Point, rounded } from './lines.ts';

/** tops: of each band; end: of the last one. half: of what lies between two bands. */
export type Bands = {
  readonly perBand: number;
  readonly margin: number;
  readonly apart: number;
  readonly tops: readonly number[];
  readonly end: number;
  readonly half: number;
};
type Stop = { readonly box: Placed; readonly cell: Cell };

/** From the right side of a box to the left side of another, between the columns and the bands. */
export const wayAcross = (bands: Bands, from: Stop, to: Stop): string => {
  const { perBand, margin, apart, tops, end, half } = bands;
  const bandOf = ({ cell }: Stop): number => Math.floor(cell.column / perBand);
  const out = { x: from.box.x + from.box.width, y: middleOf(from.box) };
  const into = { x: to.box.x - ARROW, y: middleOf(to.box) };
  const isFirst = to.cell.column % perBand === 0;
  const before = isFirst ? margin / 2 : to.box.x - apart / 2;
  const isBeside = bandOf(from) === bandOf(to) && to.cell.column > from.cell.column;
  // Nothing stands beside a box of a lower row as far as it leads.
  if (isBeside && (from.cell.row > 0 || to.cell.column === from.cell.column + 1))
    return rounded([out, { x: before, y: out.y }, { x: before, y: into.y }, into]);
  const isLast = from.cell.column % perBand === perBand - 1;
  const after = out.x + (isLast ? margin : apart) / 2;
  const below = (tops[bandOf(from) + 1] ?? end + 2 * half) - half;
  const above = (tops[bandOf(to)] ?? 0) - half;
  const turns: readonly Point[] =
    isFirst || above <= below
      ? [{ x: before, y: below }]
      : [
          { x: margin / 2, y: below },
          { x: margin / 2, y: above },
          { x: before, y: above },
        ];
  return rounded([out, { x: after, y: out.y }, { x: after, y: below }, ...turns, { x: before, y: into.y }, into]);
};

const middleOf = ({ y, height }: Placed): number => y + height / 2;
