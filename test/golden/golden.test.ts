import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Item, type ItemImage, longTextIn } from '#adapters/dynamodb/item.ts';
import { newestStore } from '#test/support/goldenStore.ts';
import { goldenFiles as files, formatOf, metByNobodyElse, readFormats, writtenFormats } from './formats.ts';
import { type Shape, samples, shapes } from './samples.ts';

/**
 * Every shape that was ever stored must be readable for ever. A golden file is an item as it was written and the value it was
 * written from; it is never edited and never removed. BILLFOLD_ADD_GOLDEN=1 adds those that are missing and touches no other.
 */
type Golden = { readonly item: ItemImage; readonly value: never };

const pathOf = (file: string): string => join(import.meta.dirname, file);
const fileOf = (name: string): string => `${name}.${formatOf(name)}.json`;
const isMissing = (name: string): boolean => !existsSync(pathOf(fileOf(name)));
const shapeOf = (file: string): Shape =>
  shapes[file.split('.')[0] ?? ''] ?? expect.unreachable(`${file}: no such shape`);

if (process.env.BILLFOLD_ADD_GOLDEN === '1')
  for (const [name, value] of Object.entries(samples))
    if (isMissing(name)) {
      const item = imageOf(shapeOf(name).write(value as never) ?? {});
      writeFileSync(pathOf(fileOf(name)), `${JSON.stringify({ item, value }, null, 2)}\n`);
    }

/** As a pipe renders it: bytes as base64. */
function imageOf(item: Item): ItemImage {
  const entries = Object.entries(item).map(([name, { S, N, B }]) => [
    name,
    B === undefined ? { S, N } : { B: Buffer.from(B).toString('base64') },
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)));
}

const read = (file: string): Golden => {
  const { item, value }: Golden = JSON.parse(readFileSync(pathOf(file), 'utf8'));
  return { item, value: asKeptNow(item, value) };
};

/** The states of a LIVE were once kept by name in memory; in the item they always named their versions. */
const asKeptNow = (item: ItemImage, value: object): never => {
  const states = longTextIn(item, { plain: 'states', deflated: 'statesZ' });
  if (!('states' in value) || states === undefined) return value as never;
  return { parked: [], ...value, states: JSON.parse(states) } as never;
};

describe('golden files', () => {
  test('every event type and every stored shape has one', () => {
    expect(Object.keys(samples).filter(isMissing), 'BILLFOLD_ADD_GOLDEN=1 adds the missing ones').toEqual([]);
  });

  test('a format is read one version before it is written: during an upgrade the version before reads what this one writes', () => {
    const released = newestStore();
    const known = [...released.reads, ...metByNobodyElse];
    const unreadable = writtenFormats().filter((format) => !known.includes(format));
    expect(unreadable, `${released.version} does not read them`).toEqual([]);
    expect(
      released.reads.filter((format) => !readFormats().includes(format)),
      'read no more',
    ).toEqual([]);
  });

  test.each(files)('%s still reads as what it was written from', async (file) => {
    const { item, value } = read(file);
    expect(await shapeOf(file).read(item)).toEqual(value);
  });

  test.each(files.filter((file) => file.endsWith(`.${formatOf(file)}.json`)))(
    '%s would be written the same today: another shape needs another format',
    (file) => {
      const { item, value } = read(file);
      expect(comparable(imageOf(shapeOf(file).write(value) ?? {}))).toEqual(comparable(item));
    },
  );
});

/** Sealed and deflated bytes differ from run to run, and from one zlib to the next; states name their own versions. */
const comparable = (image: ItemImage) =>
  Object.fromEntries(
    Object.entries(image).map(([name, value]) => [name, value.B !== undefined || name === 'states' ? 'any' : value]),
  );
