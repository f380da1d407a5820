import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { ByteSource } from '#adapters/source/byteSource.ts';
import { readLines } from '#adapters/source/lines.ts';
import { wholeOf } from '#adapters/source/parts.ts';
import { lineReader } from '#adapters/source/row.ts';
import { retail } from '#domain/index.ts';
import { documentArb } from '../mutations.ts';
import { rowsByObject } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

type Object = keyof typeof rowsByObject;
type Rows = { readonly object: Object; readonly file: Buffer };

const EXTRACTION = { at: Date.UTC(2026, 10, 2, 12), known: true };
const objects = Object.keys(rowsByObject) as readonly Object[];
const readers = new Map(
  objects.map((object) => {
    const reader = lineReader(retail, object, EXTRACTION, `${object}/run/file`);
    if (O.isNone(reader)) throw new Error(`${object} is mapped`);
    return [object, reader.value];
  }),
);

const linesArb = (object: Object): fc.Arbitrary<readonly Buffer[]> =>
  fc.array(documentArb([rowsByObject[object]]), { minLength: 1, maxLength: 3 });

/** Lines between line feeds; now and then in gzip, whole or damaged. */
const rowsArb: fc.Arbitrary<Rows> = fc.constantFrom(...objects).chain((object) =>
  fc
    .tuple(
      linesArb(object),
      fc.constantFrom('\n', '\n', '\r\n', '\n\n'),
      fc.oneof(
        { weight: 12, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.record({ at: fc.nat({ max: 400 }), cut: fc.boolean() }) },
      ),
    )
    .map(([lines, between, packed]) => {
      const file = Buffer.concat(lines.flatMap((line) => [line, Buffer.from(between)]));
      return { object, file: packed === null ? file : damaged(gzipSync(file, { level: 1 }), packed) };
    }),
);

const damaged = (bytes: Buffer, { at, cut }: { readonly at: number; readonly cut: boolean }): Buffer => {
  if (at >= bytes.length) return bytes;
  if (cut) return bytes.subarray(0, at);
  const other = Buffer.from(bytes);
  other[at] = (other[at] ?? 0) ^ 0x55;
  return other;
};

const sourceOf = (bytes: Buffer): ByteSource => ({
  ...{ size: bytes.length, modifiedAt: 0, etag: '' },
  read: async function* (from, to) {
    yield bytes.subarray(from, to);
  },
});

export const rows: Target<Rows> = {
  name: 'rows',
  about: 'files as AppFlow writes them, plain and gzip, line by line to observations',
  inputs: rowsArb,
  found: {},
  open: async () => ({
    play: async ({ object, file }) => {
      const source = sourceOf(file);
      const read = readers.get(object);
      const told: unknown[] = [];
      const made: unknown[] = [];
      for await (const { lines } of readLines(source, await wholeOf(source)))
        for (const line of lines) {
          const row =
            line.type === 'fault' ? E.left(line.fault) : read?.(line.bytes, 0, line.bytes.length, line.offset);
          if (row === undefined) throw new Broken('is neither read nor put aside');
          if (E.isLeft(row)) told.push(row.left);
          else made.push(row.right);
        }
      return { type: told.length > 0 ? 'aside' : 'value', told, made };
    },
  }),
  show: ({ object, file }) => `${object}: ${JSON.stringify(file.toString('latin1').slice(0, 2_000))}`,
};
