import { describe, expect, it } from 'vitest';
import { linesIn } from '#adapters/console/page/flow/boxHeight.ts';
import { layoutOf, type Placed } from '#adapters/console/page/flow/layout.ts';
import { flowGraph } from '#adapters/flow/graph.ts';
import { topology } from '#adapters/topology.ts';

const overlap = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

type Point = { readonly x: number; readonly y: number };
const isInside = (box: Placed, { x, y }: Point): boolean =>
  x > box.x + 1 && x < box.x + box.width - 1 && y > box.y + 1 && y < box.y + box.height - 1;
const grown = (box: Placed, by: number): Placed => ({
  ...box,
  ...{ x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by },
});

/** Every few pixels along a path of straight lines and short bends. */
const pointsOf = (path: string): readonly Point[] => {
  expect(path).toMatch(/^M[-\d., LQ]+$/);
  const corners = [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  return corners.flatMap((corner, index) => {
    const next = corners[index + 1];
    if (next === undefined) return [corner];
    const steps = Math.ceil(Math.hypot(next.x - corner.x, next.y - corner.y) / 3);
    return Array.from({ length: steps }, (_, step) => ({
      x: corner.x + ((next.x - corner.x) * step) / steps,
      y: corner.y + ((next.y - corner.y) * step) / steps,
    }));
  });
};

describe('the lines that words take', () => {
  it.each([
    { words: 'Told of passes', letters: 20, lines: 1 },
    { words: 'Told of passes', letters: 8, lines: 2 },
    { words: 'a-name-that-is-quite-long', letters: 9, lines: 3 },
    { words: 'without_any_place_to_break', letters: 10, lines: 3 },
  ])('$words, $letters letters in each: $lines', ({ words, letters, lines }) => {
    expect(linesIn(words, letters)).toBe(lines);
  });
});

describe('the layout of the flow', () => {
  it.each([
    { width: 328, destinations: ['apple', 'google'] },
    { width: 358, destinations: [] },
    { width: 358, destinations: ['apple', 'google', 'crm'] },
    { width: 90, destinations: ['apple'] },
    { width: 290, destinations: ['apple', 'google'] },
    { width: 620, destinations: ['apple', 'google'] },
    { width: 736, destinations: ['apple'] },
    { width: 976, destinations: ['apple', 'google', 'crm'] },
    { width: 1_235, destinations: [] },
    { width: 1_600, destinations: ['apple', 'google'] },
    { width: 1_232, destinations: ['apple', 'google'] },
    { width: 1_296, destinations: ['apple', 'google', 'crm', 'erp', 'bi'] },
  ])(
    'fits into $width pixels with $destinations.length destinations, no box covers another, and no way one that it does not lead to',
    ({ width, destinations }) => {
      const graph = flowGraph(topology, destinations);
      const { boxes, paths, ...layout } = layoutOf(graph, width);
      expect(layout.width).toBeLessThanOrEqual(width);
      expect(boxes.map(({ name }) => name).toSorted()).toEqual(graph.boxes.map(({ name }) => name).toSorted());
      expect(boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) => overlap(a, b)))).toEqual([]);
      for (const box of boxes) {
        expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
      }
      expect(paths).toHaveLength(graph.edges.length);
      for (const [index, path] of paths.entries()) {
        const points = pointsOf(path);
        const { from, to } = graph.edges[index] ?? { from: '', to: '' };
        const covered = boxes.filter((box) => points.some((point) => isInside(box, point)));
        expect(covered, `${from} to ${to}`).toEqual([]);
        const end = points.at(-1) ?? { x: 0, y: 0 };
        const goal = boxes.find(({ name }) => name === to);
        expect(goal && isInside(grown(goal, 10), end), `${from} to ${to}`).toBe(true);
      }
    },
  );

  it('goes from left to right on a desk, from top to bottom on a phone', () => {
    const graph = flowGraph(topology, ['apple']);
    const of = (width: number, name: string) => layoutOf(graph, width).boxes.find((box) => box.name === name);
    const across = ['source', 'events', 'views', 'apple'].map((name) => of(1_232, name)?.x ?? 0);
    const down = ['source', 'events', 'views', 'apple'].map((name) => of(358, name)?.y ?? 0);
    expect(across).toEqual(across.toSorted((a, b) => a - b));
    expect(down).toEqual(down.toSorted((a, b) => a - b));
    expect(new Set([...across, ...down]).size).toBeGreaterThan(6);
  });
});
