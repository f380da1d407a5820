export type Point = { readonly x: number; readonly y: number };

/** An SVG path along these points, with its corners rounded. */
export const rounded = (points: readonly Point[]): string => {
  const [first = { x: 0, y: 0 }, ...rest] = bendsOf(points);
  const parts = rest.map((point, index) => {
    const next = rest[index + 1];
    if (next === undefined) return `L${text(point)}`;
    const before = index === 0 ? first : (rest[index - 1] ?? first);
    const radius = Math.min(RADIUS, apart(before, point) / 2, apart(point, next) / 2);
    return `L${text(towards(point, before, radius))}Q${text(point)} ${text(towards(point, next, radius))}`;
  });
  return `M${text(first)}${parts.join('')}`;
};

/** Room for the head of an arrow. */
export const ARROW = 7;
const RADIUS = 9;

/** Without those that lie on a straight line between their neighbours. */
const bendsOf = (points: readonly Point[]): readonly Point[] =>
  points.filter(({ x, y }, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    return !((before.x === x && x === after.x) || (before.y === y && y === after.y));
  });

const apart = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

const towards = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});

const text = ({ x, y }: Point): string => `${tenths(x)},${tenths(y)}`;
const tenths = (value: number): number => Math.round(value * 10) / 10;
