import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultCard } from '#adapters/apple/defaultCard.ts';
import { loadDesign } from '#adapters/apple/design.ts';
import { imageProblems } from '#adapters/apple/images.ts';
import { png } from '#adapters/apple/png.ts';
import { readTemplate } from '#adapters/apple/template.ts';
import { right } from './support.ts';

const folderWith = async (files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-design-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
};
const red = (side: number): Buffer => png(side, () => [255, 0, 0, 255]);
const named = async (folder: string | null, template: string | null = null) => loadDesign(folder, { template });

describe('a design', () => {
  test('is built in where nothing lies beside the settings, and its images are good', async () => {
    for (const folder of [null, await folderWith({})]) {
      const { template, images, own } = right(await named(folder));
      expect(own).toEqual([]);
      expect(template).toEqual(right(readTemplate(null)));
      expect([...images.keys()].toSorted()).toEqual(
        ['icon', 'logo'].flatMap((kind) => [`${kind}.png`, `${kind}@2x.png`, `${kind}@3x.png`]),
      );
      for (const [name, content] of images) expect(imageProblems(name, content)).toEqual([]);
    }
  });

  test('takes the card and the images that lie there, and mixes no kind of image with the built-in one', async () => {
    const folder = await folderWith({
      'card.json': JSON.stringify({ ...defaultCard, barcode: null }),
      ...{ 'icon.png': red(29), 'strip@2x.png': red(200), 'other.png': red(29) },
    });
    const { template, images, own } = right(await named(folder));
    expect(template.barcode).toBeNull();
    expect(own).toEqual(['card.json', 'icon.png', 'strip@2x.png']);
    expect(right(await named(folder, 'card.json'))).toMatchObject({ template: { barcode: null } });
    expect([...images.keys()].toSorted()).toEqual([
      'icon.png',
      'logo.png',
      'logo@2x.png',
      'logo@3x.png',
      'strip@2x.png',
    ]);
    expect(images.get('icon.png')?.equals(red(29))).toBe(true);
  });

  test('with a mistake is refused, with the file and the place of each', async () => {
    const folder = await folderWith({
      'card.json': JSON.stringify({ ...defaultCard, colors: {} }),
      ...{ 'icon.png': 'JPEG', 'icon@2x.png': red(29) },
    });
    expect(await named(folder, 'card.json')).toMatchObject({
      left: expect.arrayContaining([
        'card.json:1  colors.background: expected a color such as #1d3557',
        'icon.png: expected a PNG image',
        'icon@2x.png: expected a square of 58 pixels or more a side, found 29 by 29',
      ]),
    });
    expect(await named(folder, 'none.json')).toMatchObject({
      left: expect.arrayContaining(['none.json: expected that file beside destinations.json']),
    });
  });

  test('whose icon lacks its plainest size is refused: no pass is shown without it', async () => {
    expect(await named(await folderWith({ 'icon@2x.png': red(58) }))).toMatchObject({
      left: ['icon.png: expected that image beside icon@2x.png'],
    });
  });
});
