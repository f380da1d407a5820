import { describe, expect, test } from 'vitest';
import type { ByteSource } from '#adapters/source/byteSource.ts';

/** What every source of bytes promises. `open` gives one that holds these bytes. */
export const byteSourceContract = (name: string, open: (bytes: Uint8Array) => Promise<ByteSource>): void => {
  describe(`${name} as a source of bytes`, () => {
    test('says how many there are, and when they were written', async () => {
      const source = await open(text);
      expect(source.size).toBe(text.length);
      expect(source.modifiedAt).toBeGreaterThan(Date.UTC(2026, 0, 1));
      expect(Number.isInteger(source.modifiedAt)).toBe(true);
    });

    test.each([
      ['all of it', 0, text.length],
      ['its first byte', 0, 1],
      ['its last byte', text.length - 1, text.length],
      ['a range', 1_000, 400_000],
      ['nothing', 7, 7],
    ])('reads %s', async (_, from, to) => {
      expect(await read(await open(text), from, to)).toEqual(text.subarray(from, to));
    });

    test('of nothing reads nothing', async () => {
      const source = await open(Buffer.alloc(0));
      expect(source.size).toBe(0);
      expect(await read(source, 0, 0)).toEqual(Buffer.alloc(0));
    });

    test('names other bytes differently', async () => {
      const [one, other] = [await open(text), await open(Buffer.from('other'))];
      expect(other.etag).not.toBe(one.etag);
    });

    test('is read again from the start by each reader, two at once too, and may be left in the middle', async () => {
      const source = await open(text);
      for await (const chunk of source.read(0, text.length)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      const both = await Promise.all([read(source, 0, 300_000), read(source, 200_000, text.length)]);
      expect(both).toEqual([text.subarray(0, 300_000), text.subarray(200_000)]);
    });
  });
};

const text = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `${index} Zoë\n`).join(''));

export const read = async (source: ByteSource, from: number, to: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of source.read(from, to)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};
