/** What is wrong with a mapping file: the keys that lead there, and what was expected. */
export type MappingProblem = { readonly path: readonly string[]; readonly expected: string };

/** A place in the file, where problems are noted down. All of them are: whoever mends a file wants the whole list. */
export type Place = {
  readonly path: readonly string[];
  readonly at: (...keys: readonly string[]) => Place;
  readonly expected: (what: string) => void;
};

export const placeIn = (problems: MappingProblem[], path: readonly string[] = []): Place => ({
  path,
  at: (...keys) => placeIn(problems, [...path, ...keys]),
  expected: (what) => {
    problems.push({ path, expected: `expected ${what}` });
  },
});

export type Plain = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object of named things; {} and a problem where it is none. Absent is {}. */
export const namedThings = (place: Place, value: unknown, what: string): Plain => {
  if (value === undefined) return {};
  if (isPlain(value)) return value;
  place.expected(what);
  return {};
};

/** Keys that nobody reads are most often misspelt. */
export const onlyKeys = (place: Place, value: Plain, known: readonly string[]): void => {
  for (const key of Object.keys(value))
    if (!known.includes(key)) place.at(key).expected(`one of the keys ${known.join(', ')}`);
};

const API_NAME = /^[a-zA-Z]\w{0,79}$/;

/** An API name of the source. null, and a problem: it is none. */
export const apiName = (place: Place, value: unknown, what: string): string | null => {
  if (typeof value === 'string' && API_NAME.test(value)) return value;
  place.expected(`${what}: letters, digits and "_"`);
  return null;
};

export const isApiName = (text: string): boolean => API_NAME.test(text);
