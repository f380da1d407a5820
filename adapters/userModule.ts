import { readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';

/** Runs a user's file, as any tool runs its configuration, with `import … from 'billfold'`. Left: why it cannot be loaded. */
export const importUserModule = async (path: string): Promise<E.Either<string, Readonly<Record<string, unknown>>>> => {
  if ((await readFile(path).catch(() => null)) === null) return E.left(`${path}: no such file`);
  offerBillfold();
  try {
    return E.right(await import(/* @vite-ignore */ pathToFileURL(resolve(path)).href));
  } catch (error) {
    return E.left(`${path}: cannot be loaded${error instanceof Error ? ` (${error.message})` : ''}`);
  }
};

/** `import { defineMapping } from 'billfold'` works wherever the file lies, not only in this package. */
const offerBillfold = (): void => {
  if (isOffered) return;
  isOffered = true;
  const url = new URL('../domain/index.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'billfold' ? { url, shortCircuit: true } : next(specifier, context),
  });
};
let isOffered = false;
