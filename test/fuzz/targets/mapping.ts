import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { loadMapping } from '#adapters/mapping/loadMapping.ts';
import { retail } from '#domain/index.ts';
import { bytesOf, deep, documentArb } from '../mutations.ts';
import type { Target } from '../target.ts';

const minimal: unknown = JSON.parse(readFileSync(new URL('../../examples/minimal.json', import.meta.url), 'utf8'));
const loyalty: unknown = JSON.parse(readFileSync(new URL('../../examples/loyalty.json', import.meta.url), 'utf8'));

/** Unbalanced, and long: what looks for lines may not look at all of it again for each. */
const longArb = fc
  .tuple(
    fc.constantFrom('/*', '//', '`', '"', "'", '{', '[', '(', '{"a":', '{a:', ',', '\n', '"a":1,', '/*"', 'x'),
    fc.constantFrom(10, 1_000, 30_000),
  )
  .map(([unit, times]) => unit.repeat(times));

export const mapping: Target<Buffer> = {
  name: 'mapping',
  about: 'a mapping file in JSON, and the lines of its mistakes',
  inputs: fc.oneof(
    { weight: 30, arbitrary: documentArb([minimal, loyalty, retail]) },
    { weight: 1, arbitrary: bytesOf(longArb) },
  ),
  found: {
    'comments that are opened and never closed': Buffer.from(`{"objects":"${'/*'.repeat(50_000)}"}`),
    'texts that are opened and never closed': Buffer.from(`{"objects":1,"x":"${'\'\\"'.repeat(20_000)}"}`),
    'lists within lists': Buffer.from(deep('[', ']')),
    'ten thousand mistakes': Buffer.from(
      JSON.stringify({ objects: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`o${n}`, 1])) }),
    ),
  },
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'billfold-fuzz-'));
    const file = join(folder, 'mapping.json');
    return {
      play: async (bytes) => {
        await writeFile(file, bytes);
        const loaded = await loadMapping(file);
        return E.isLeft(loaded) ? { type: 'refused' } : { type: 'value', made: loaded.right };
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
  show: (bytes) => JSON.stringify(bytes.toString('latin1').slice(0, 3_000)),
};
