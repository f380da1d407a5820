import { describe, expect, it } from 'vitest';
import { layoutOf, type Placed } from '#adapters/console/page/flow/layout.ts';
import { flowGraph } from '#adapters/flow/graph.ts';
import { topology } from '#adapters/topology.ts';

const overlap = (a: Placed, b: Placed): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the layout of the flow', () => {
  it.each([
    { width: 328, destinations: ['apple', 'google'] },
    { width: 358, destinations: [] },
    { width: 358, destinations: ['apple', 'google', 'crm'] },
    { width: 736, destinations: ['apple'] },
    { width: 1_232, destinations: ['apple', 'google'] },
    { width: 1_296, destinations: ['apple', 'google', 'crm', 'erp', 'bi'] },
  ])(
    'fits into $width pixels with $destinations.length destinations, and no box covers another',
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
      for (const path of paths) expect(path).toMatch(/^M-?\d+,-?\d+C[-\d, C]+$/);
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
