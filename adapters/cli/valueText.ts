/** Any value of a pass for a person to read: money as "12.00 EUR", what is empty as "-". */
export const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(valueText).join('; ');
  if (!isObject(value)) return String(value);
  if (isMoney(value)) return `${value.amount} ${value.currency}`;
  return Object.entries(value)
    .map(([key, part]) => `${key} ${isObject(part) && !isMoney(part) ? `(${valueText(part)})` : valueText(part)}`)
    .join(', ');
};

/** What became of a value: of a whole only the parts that differ, of a list with ids what came and went. */
export const changeText = (before: unknown, after: unknown): string => {
  if (Array.isArray(after) && [before, after].every(isListOfIds)) return listChange(asList(before), asList(after));
  if (isObject(before) && isObject(after) && !isMoney(after))
    return Object.keys({ ...before, ...after })
      .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      .map((key) => `${key} ${changeText(before[key], after[key])}`)
      .join(', ');
  return `${valueText(before)} → ${valueText(after)}`;
};

type Named = Readonly<Record<string, unknown>> & { readonly id: string };

const listChange = (before: readonly Named[], after: readonly Named[]): string => {
  const old = new Map(before.map((one) => [one.id, one]));
  const kept = new Set(after.map(({ id }) => id));
  return [
    ...after.flatMap((one) => {
      const was = old.get(one.id);
      if (was === undefined) return [`+ ${nameOf(one)}`];
      return JSON.stringify(was) === JSON.stringify(one) ? [] : [`${nameOf(one)}: ${changeText(was, one)}`];
    }),
    ...before.filter(({ id }) => !kept.has(id)).map((one) => `- ${nameOf(one)}`),
  ].join(', ');
};

const nameOf = ({ id, title }: Named): string => (typeof title === 'string' ? `${title} (${id})` : id);

const isListOfIds = (value: unknown): boolean => value === null || (Array.isArray(value) && value.every(isNamed));
const isNamed = (value: unknown): value is Named => isObject(value) && typeof value.id === 'string';
const asList = (value: unknown): readonly Named[] => (Array.isArray(value) ? value.filter(isNamed) : []);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isMoney = (value: Readonly<Record<string, unknown>>): boolean =>
  'amount' in value && 'currency' in value && Object.keys(value).length === 2;
