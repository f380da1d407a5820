/** Where a value would not come back from JSON as it was, and why: "days.2026-05-01 is a Map"; null: it would. */
export const jsonFault = (value: unknown, path: string): string | null => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      if (Object.is(value, -0)) return `${path} is -0`;
      return Number.isFinite(value) ? null : `${path} is ${value}`;
    case 'object':
      break;
    default:
      return `${path} is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`;
  }
  if (value === null) return null;
  if (Array.isArray(value))
    return firstOf(Object.keys([...value]), (index) => jsonFault(value[Number(index)], `${path}[${index}]`));
  const kind = Object.getPrototypeOf(value);
  if (kind !== Object.prototype) return `${path} is a ${kind?.constructor?.name ?? 'object without a prototype'}`;
  if (Object.getOwnPropertySymbols(value).length > 0) return `${path} has a symbol for a key`;
  return firstOf(Object.entries(value), ([key, part]) => jsonFault(part, `${path}.${key}`));
};

/** Where two values of plain JSON differ, whatever the order of their keys: "state.2026: 1, 2"; null: nowhere. */
export const differenceOf = (one: unknown, other: unknown, path: string): string | null => {
  if (Object.is(one, other)) return null;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other))
    return `${path}: ${shown(one)}, ${shown(other)}`;
  return firstOf([...new Set([...Object.keys(one), ...Object.keys(other)])], (key) =>
    differenceOf(one[key], other[key], `${path}.${key}`),
  );
};

/** So that who changes it throws. Returns it. */
export const frozen = <Value>(value: Value): Value => {
  if (!isObject(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
};

const firstOf = <Item>(items: readonly Item[], look: (item: Item) => string | null): string | null => {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
