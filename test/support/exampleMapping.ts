import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { loadMapping } from '#adapters/mapping/loadMapping.ts';
import type { Mapping } from '#domain/index.ts';

/** A mapping file of test/examples, by its name. */
export const exampleMapping = async (file: string): Promise<Mapping> => {
  const loaded = await loadMapping(fileURLToPath(new URL(`../examples/${file}`, import.meta.url)));
  if (E.isLeft(loaded)) throw new Error(loaded.left.message);
  return loaded.right;
};
