import { createHash } from 'node:crypto';
import { isJsonObject, type Pass } from '#domain/index.ts';

/** Of what holders are told of, what the card showed last: by path, to the last name, a short hash of the value. */
export type Shown = Readonly<Record<string, string>>;

export const shownBy = (pass: Pass, paths: readonly string[]): Shown =>
  Object.fromEntries(paths.flatMap((path) => leavesOf(path, valueAt(pass, path))));

/** Paths that were shown and are another value now, or none. One that nobody looked at before is not among them. */
export const changedSince = (before: Shown, now: Shown): readonly string[] =>
  Object.keys(before).filter((path) => before[path] !== now[path]);

const valueAt = (pass: Pass, path: string): unknown =>
  path.split('.').reduce((value: unknown, name) => (isJsonObject(value) ? value[name] : undefined), pass);

const leavesOf = (path: string, value: unknown): readonly (readonly [string, string])[] =>
  isJsonObject(value)
    ? Object.entries(value).flatMap(([name, inside]) => leavesOf(`${path}.${name}`, inside))
    : [[path, hashOf(value)]];

const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value ?? null))
    .digest('base64url')
    .slice(0, 8);
