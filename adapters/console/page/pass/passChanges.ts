import type { Pass } from '#domain/index.ts';
import { isMoney, isRecord, valueText, wholeText } from './valueText.ts';

/** A place of the pass, such as "tier.name", before and after, for a person. */
export type PassChange = { readonly path: string; readonly before: string; readonly after: string };

/** What differs between two passes, place by place, as the service names them. null: there was none. */
export const passChanges = (before: Pass | null, after: Pass | null): readonly PassChange[] =>
  differences('', before ?? {}, after ?? {});

/** The places that are said to differ, as they are in both. */
export const changesAt = (
  paths: readonly string[],
  before: object | null,
  after: object | null,
): readonly PassChange[] => paths.map((path) => change(path, valueAt(before, path), valueAt(after, path)));

const differences = (path: string, before: unknown, after: unknown): readonly PassChange[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isRecord(before) || !isRecord(after) || isMoney(before) || isMoney(after)) return [change(path, before, after)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    differences(path === '' ? key : `${path}.${key}`, before[key], after[key]),
  );
};

/** As short as tells them apart. */
const change = (path: string, before: unknown, after: unknown): PassChange => {
  const [was, is] = [ownOf(before, after), ownOf(after, before)];
  const told = { path, before: listText(was, before), after: listText(is, after) };
  if (told.before !== told.after) return told;
  const own = { path, before: wholeText(was), after: wholeText(is) };
  return own.before === own.after ? { path, before: wholeText(before), after: wholeText(after) } : own;
};

/** Of a list with others what those do not have in the same way. */
const ownOf = (value: unknown, other: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  const others = new Set((Array.isArray(other) ? other : []).map((one) => JSON.stringify(one)));
  return value.filter((one) => !others.has(JSON.stringify(one)));
};

const listText = (own: unknown, all: unknown): string =>
  Array.isArray(own) && own.length === 0 && Array.isArray(all) && all.length > 0 ? 'none of these' : valueText(own);

const valueAt = (root: object | null, path: string): unknown =>
  path.split('.').reduce<unknown>((node, field) => (isRecord(node) ? node[field] : undefined), root);
