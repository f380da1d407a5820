import { describe, expect, test } from 'vitest';
import { emptyHeadMemory, type Head, type HeadMemory } from '#domain/index.ts';
import { keepHeads, noHeads } from '#domain/workflow/heads.ts';

const headOf = (member: number, version = 1): Head => ({ stream: `member-${member}`, version, recordedAt: 0 });

const keep = (memory: HeadMemory, heads: readonly Head[]): void =>
  keepHeads(memory, { ...noHeads(), ends: new Map(heads.map((head) => [head.stream, head])) });

describe('what a process remembers of streams', () => {
  test('has an end: those that it appended to last', () => {
    const memory = emptyHeadMemory();
    keep(memory, [headOf(0)]);
    for (let batch = 0; batch < 200; batch++) {
      keep(memory, [headOf(0, batch + 2), ...Array.from({ length: 250 }, (_, row) => headOf(1 + 250 * batch + row))]);
      expect(memory.ends.size).toBeLessThanOrEqual(20_000);
      expect(memory.ends.get('member-0')).toEqual(headOf(0, batch + 2));
    }
    expect(memory.ends.size).toBeGreaterThanOrEqual(15_000);
    expect(memory.ends.has('member-50000')).toBe(true);
    expect(memory.ends.has('member-1')).toBe(false);
  });

  test('only ever moves on, and nothing that was read as empty or presumed is kept', () => {
    const memory = emptyHeadMemory();
    keep(memory, [headOf(1, 5), headOf(2, 0)]);
    keep(memory, [headOf(1, 4)]);
    expect([...memory.ends.values()]).toEqual([headOf(1, 5)]);
  });
});
