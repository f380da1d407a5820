import { readFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { parsedJson } from '../parsedJson.ts';
import { type Secrets, type SecretUnavailable, secretUnavailable } from './secrets.ts';

const Values = t.intersection([t.type({ current: t.string }), t.partial({ pending: t.string, previous: t.string })]);
type Values = t.TypeOf<typeof Values>;
const SecretsFile = t.record(t.string, Values);

/** A local file, { "middleware-key": { "current": "…", "previous": "…", "pending": "…" } }, read each time: a rotation is an edit. */
export const fileSecrets = (path: string): Secrets => {
  const valuesOf = async (name: string): Promise<E.Either<SecretUnavailable, Values>> => {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return E.left(secretUnavailable(name, `no file ${path}`));
    const read = SecretsFile.decode(parsedJson(text));
    if (E.isLeft(read))
      return E.left(secretUnavailable(name, `${path}: expected { "${name}": { "current": "…" } } as JSON`));
    const values = Object.hasOwn(read.right, name) ? read.right[name] : undefined;
    return values === undefined ? E.left(secretUnavailable(name, `${path} holds no ${name}`)) : E.right(values);
  };
  return {
    current: (name) => async () => E.map(({ current }: Values) => current)(await valuesOf(name)),
    candidates: (name) => async () =>
      E.map(({ pending, current, previous }: Values) => [
        ...new Set([pending, current, previous].filter((value) => value !== undefined)),
      ])(await valuesOf(name)),
  };
};
