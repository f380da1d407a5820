import type { Pass } from '../pass/pass.ts';

/** A place on the pass, as diffPass names it ("tier.progress"), or one element of a list by its id ("promotions.<id>"). */
export type PassPath = { readonly text: string; readonly keys: readonly string[] };

/** Every place of a pass, the wholes before their parts. */
export const pathsOf = (pass: Pass): readonly PassPath[] => pathsIn([], pass);

const pathsIn = (keys: readonly string[], value: unknown): readonly PassPath[] => {
  const here = keys.length === 0 ? [] : [pathOf(keys)];
  if (Array.isArray(value)) return [...here, ...value.filter(hasId).map(({ id }) => pathOf([...keys, id]))];
  if (!isObject(value)) return here;
  return [...here, ...Object.keys(value).flatMap((key) => pathsIn([...keys, key], value[key]))];
};

export const pathOf = (keys: readonly string[]): PassPath => ({ text: keys.join('.'), keys });

/** null: nothing is there. */
export const valueAt = (pass: Pass, { keys }: PassPath): unknown => {
  let value: unknown = pass;
  for (const key of keys) {
    if (Array.isArray(value)) value = value.filter(hasId).find(({ id }) => id === key);
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value ?? null;
};

export const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const hasId = (element: unknown): element is { readonly id: string } =>
  isObject(element) && typeof element.id === 'string';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
