import * as E from 'fp-ts/lib/Either.js';
import type { AnyProjection } from '#domain/index.ts';
import { importUserModule } from '../userModule.ts';

/** The projection that a file exports, by whatever name. Left: words for the person who named the file. */
export const loadProjection = async (path: string): Promise<E.Either<string, AnyProjection>> => {
  const module = await importUserModule(path);
  if (E.isLeft(module)) return module;
  const found = new Set(Object.values(module.right).filter(isProjection));
  const [projection, ...others] = found;
  if (projection === undefined)
    return E.left(
      `${path}: expected to export a projection: name, version (a whole number from 1), initial, evolve, view, nextChangeAt`,
    );
  return others.length === 0
    ? E.right(projection)
    : E.left(`${path}: expected to export one projection, found ${[...found].map(({ name }) => name).join(', ')}`);
};

const isProjection = (value: unknown): value is AnyProjection =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  /^[a-zA-Z][a-zA-Z0-9]*$/.test(value.name) &&
  'version' in value &&
  Number.isInteger(value.version) &&
  Number(value.version) >= 1 &&
  'initial' in value &&
  ['evolve', 'view', 'nextChangeAt'].every(
    (method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function',
  );
