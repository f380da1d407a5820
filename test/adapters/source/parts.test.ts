import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFile } from '#adapters/source/byteSource.ts';
import { MAX_LINE_BYTES } from '#adapters/source/lines.ts';
import { PART_BYTES, partName, partNamed, partsOf, wholeOf } from '#adapters/source/parts.ts';
import { byteSourceContract } from '#test/contract/byteSource.ts';
import { bytesInMemory, linesOf } from '#test/support/bytes.ts';

const BOM = '\ufeff';

/** Lines read part by part, one part after the other, with where each begins. */
const readByParts = async (bytes: Uint8Array, partBytes: number, chunkBytes: number) => {
  const source = bytesInMemory(bytes, chunkBytes);
  const found = [];
  for (const part of partsOf(bytes.length, partBytes)) {
    const lines = await linesOf(source, part);
    for (const { offset } of lines) {
      expect(offset).toBeGreaterThanOrEqual(part.from);
      expect(offset).toBeLessThan(Math.max(part.to, 1));
    }
    found.push(...lines);
  }
  return found;
};
const readWhole = (bytes: Uint8Array) => linesOf(bytesInMemory(bytes), { from: 0, to: bytes.length, isPacked: false });

describe('parts of a file', () => {
  test('give each line once, with its place, exactly as the whole gives them', async () => {
    const pieceArb = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('\n', '\r\n', 'é', '山田', '😀', 'a', '{"Id":"1"}', '  ', BOM) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    );
    const bytesArb = fc.oneof(
      fc.array(pieceArb, { maxLength: 40 }).map((pieces) => new Uint8Array(Buffer.from(pieces.join('')))),
      fc.uint8Array({ maxLength: 60 }),
    );
    const sizeArb = fc.integer({ min: 1, max: 50 });
    const named = (text: string, partBytes: number): [Uint8Array, number, number] => [Buffer.from(text), partBytes, 3];
    await fc.assert(
      fc.asyncProperty(bytesArb, sizeArb, sizeArb, async (bytes, partBytes, chunkBytes) => {
        expect(await readByParts(bytes, partBytes, chunkBytes)).toEqual(await readWhole(bytes));
      }),
      {
        numRuns: 2_000,
        examples: [
          // A character of two, three, four bytes across the cut.
          named('aé\nb', 2),
          named('a山\nb', 2),
          named('a😀\nb', 3),
          // A line feed that ends a part, begins the next, stands alone in one.
          named('abc\ndef\n', 4),
          named('abcd\nefg\n', 4),
          named('a\nb', 1),
          // Parts within one line, and a last line without an end.
          named('a line that is longer than several parts\nb', 5),
          // Carriage returns, blank lines, a byte order mark at the beginning and at that of a part.
          named('a\r\nb\r\n', 2),
          named('\n\n\n', 1),
          named(`${BOM}a\nb`, 2),
          named(`ab\n${BOM}c\n`, 3),
          // Nothing at all.
          named('', 1),
        ],
      },
    );
  });

  test('agree on a line that is longer than any may be, wherever it lies and however often it is cut', async () => {
    for (const length of [MAX_LINE_BYTES - 1, MAX_LINE_BYTES, MAX_LINE_BYTES + 1, 3 * MAX_LINE_BYTES]) {
      const bytes = Buffer.from(`a\n${'x'.repeat(length)}\nb\n${'y'.repeat(length)}`);
      const whole = await readWhole(bytes);
      expect(whole).toHaveLength(4);
      expect(whole.filter(({ type }) => type === 'fault')).toHaveLength(length > MAX_LINE_BYTES ? 2 : 0);
      for (const partBytes of [100_000, MAX_LINE_BYTES, 4_000_000])
        expect(await readByParts(bytes, partBytes, 64 * 1024)).toEqual(whole);
    }
  });

  test('are not read far beyond where their last line ends', async () => {
    const bytes = Buffer.from('a line\n'.repeat(100_000));
    const source = bytesInMemory(bytes);
    let furthest = 0;
    const watched = {
      ...source,
      read: (from: number, to: number) => {
        furthest = Math.max(furthest, to);
        return source.read(from, to);
      },
    };
    await linesOf(watched, { from: 1_000, to: 2_000, isPacked: false });
    expect(furthest).toBeLessThan(2_000 + 20_000);
  });

  test('are of 64 MiB, follow each other from the first byte to the last, and are one of an empty file', () => {
    expect(partsOf(0)).toEqual([{ from: 0, to: 0, isPacked: false }]);
    expect(partsOf(20e9)).toHaveLength(299);
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), fc.integer({ min: 2 ** 32, max: 2 ** 35 }), (size, partBytes) => {
        const parts = partsOf(size, partBytes);
        expect(parts[0]?.from).toBe(0);
        expect(parts.at(-1)?.to).toBe(size);
        for (const [index, { from, to }] of parts.entries()) {
          expect(to - from).toBeLessThanOrEqual(partBytes);
          if (index > 0) expect(from).toBe(parts[index - 1]?.to);
        }
      }),
      { examples: [[PART_BYTES, PART_BYTES]] },
    );
  });

  test('are named so that the file is found again, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.nat(), (file, from, to) => {
        expect(partNamed(partName(file, { from, to }))).toEqual({ file, from, to });
      }),
      { examples: [['a@0-1', 0, 5]] },
    );
    for (const name of ['file', '@0-1', 'file@0', 'file@a-b']) expect(partNamed(name)).toBeNull();
  });

  test('of a gzip file are one: it is known by its first bytes', async () => {
    const packed = gzipSync('a\nb\n');
    expect(await wholeOf(bytesInMemory(packed))).toEqual({ from: 0, to: packed.length, isPacked: true });
    expect(await linesOf(bytesInMemory(packed), await wholeOf(bytesInMemory(packed)))).toEqual([
      { type: 'line', offset: 0, text: 'a' },
      { type: 'line', offset: 2, text: 'b' },
    ]);
    for (const other of ['', '\x1f', 'ab'])
      expect((await wholeOf(bytesInMemory(Buffer.from(other), 1))).isPacked).toBe(false);
    expect((await wholeOf(bytesInMemory(packed, 1))).isPacked).toBe(true);
  });
});

byteSourceContract('bytes in memory', async (bytes) => bytesInMemory(bytes));
byteSourceContract('a local file', async (bytes) => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-bytes-'));
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const source = await openFile(path);
  onTestFinished(async () => {
    await source.close();
    await rm(folder, { recursive: true });
  });
  return source;
});
