import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { defaultImages } from './defaultImages.ts';
import { PNG_SIGNATURE } from './png.ts';

/** By their names in the package, such as icon@2x.png. */
export type Images = ReadonlyMap<string, Buffer>;

/** Those of a storeCard. */
const KINDS = ['icon', 'logo', 'strip'] as const;
const SCALES = [1, 2, 3] as const;
const MAX_BYTES = 2_000_000;

/** The images in a directory; where one has no icon or no logo, the built-in ones. directory null: those. Left: each problem in a line. */
export const loadImages = async (
  directory: string | null,
): Promise<E.Either<readonly string[], { readonly images: Images; readonly own: readonly string[] }>> => {
  const own = directory === null ? new Map<string, Buffer>() : await imagesIn(directory);
  const larger = [...own.keys()].find((name) => name.startsWith('icon@'));
  const problems = [
    ...[...own].flatMap(([name, content]) => imageProblems(name, content)),
    ...(larger !== undefined && !own.has('icon.png') ? [`icon.png: expected that image beside ${larger}`] : []),
  ];
  if (problems.length > 0) return E.left(problems);
  const ownKinds = new Set([...own.keys()].map(kindOf));
  const builtIn = [...defaultImages()].filter(([name]) => !ownKinds.has(kindOf(name)));
  return E.right({ images: new Map([...builtIn, ...own]), own: [...own.keys()] });
};

const imagesIn = async (directory: string): Promise<Map<string, Buffer>> => {
  const found = new Map<string, Buffer>();
  for (const kind of KINDS)
    for (const scale of SCALES) {
      const name = nameOf(kind, scale);
      const content = await readFile(join(directory, name)).catch(() => null);
      if (content !== null) found.set(name, content);
    }
  return found;
};

const nameOf = (kind: string, scale: number): string => `${kind}${scale === 1 ? '' : `@${scale}x`}.png`;
const kindOf = (name: string): string => name.split(/[@.]/)[0] ?? '';

/** The icon is shown on the lock screen and in mails: 29 by 29 points (Wallet Developer Guide, "Pass Design and Creation"). */
const ICON_POINTS = 29;

/** What is wrong with an image of that name; []: nothing. */
export const imageProblems = (name: string, content: Buffer): readonly string[] => {
  if (content.length > MAX_BYTES) return [`${name}: expected at most ${MAX_BYTES / 1_000_000} MB`];
  const size = sizeOf(content);
  if (size === null) return [`${name}: expected a PNG image`];
  if (kindOf(name) !== 'icon') return [];
  const least = ICON_POINTS * Number(/@(\d)x/.exec(name)?.[1] ?? 1);
  const isGood = size.width === size.height && size.width >= least;
  return isGood
    ? []
    : [`${name}: expected a square of ${least} pixels or more a side, found ${size.width} by ${size.height}`];
};

/** As its first chunk says (PNG specification, 11.2.2). null: no PNG. */
const sizeOf = (content: Buffer): { readonly width: number; readonly height: number } | null =>
  content.length >= 24 && content.subarray(0, 8).equals(PNG_SIGNATURE) && content.toString('latin1', 12, 16) === 'IHDR'
    ? { width: content.readUInt32BE(16), height: content.readUInt32BE(20) }
    : null;
