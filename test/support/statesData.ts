/** What an execution fails with. */
export class StatesError extends Error {
  override readonly cause: string;
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
    this.cause = cause;
  }
}

/** What a path of the States Language names: "$.a.b", "$.a[0]", of the context "$$.Execution.Name". Throws where nothing is there, unless told what then. */
export const read = (path: unknown, data: unknown, context: object, otherwise?: unknown): unknown => {
  if (path === null) return {};
  if (typeof path !== 'string' || !path.startsWith('$')) throw bad(`${String(path)} is no path`);
  const isContext = path.startsWith('$$');
  let at: unknown = isContext ? context : data;
  for (const key of stepsOf(path.slice(isContext ? 2 : 1))) {
    if (typeof at !== 'object' || at === null || !(key in at)) {
      if (otherwise !== undefined) return otherwise;
      throw bad(`nothing is at ${path}`);
    }
    at = at[key as keyof typeof at];
  }
  return at;
};

/** Parameters, ItemSelector and the like: keys that end in ".$" are paths or functions. */
export const template = (pattern: unknown, data: unknown, context: object): unknown => {
  if (Array.isArray(pattern)) return pattern.map((part) => template(part, data, context));
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(
    Object.entries(pattern).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), evaluated(String(value), data, context)]
        : [key, template(value, data, context)],
    ),
  );
};

/** null: the result is dropped. */
export const written = (data: unknown, path: string | null, result: unknown): unknown => {
  if (path === null) return data;
  const [first, ...rest] = stepsOf(path.slice(1));
  if (first === undefined) return result;
  const inside = typeof data === 'object' && data !== null ? data : {};
  const below = (inside as Readonly<Record<string, unknown>>)[first];
  return { ...inside, [first]: written(below, `$${rest.map((step) => `.${step}`).join('')}`, result) };
};

const stepsOf = (path: string): readonly string[] => path.match(/[^.[\]'"]+/g) ?? [];

/** What a path or a function gives. */
export const evaluated = (said: string, data: unknown, context: object): unknown => {
  const call = /^States\.(\w+)\((.*)\)$/.exec(said);
  if (call === null) return read(said, data, context);
  const [, name, text = ''] = call;
  const given = text.split(/,\s*(?=(?:[^']*'[^']*')*[^']*$)/).map((part) => argument(part.trim(), data, context));
  if (name === 'StringToJson') return JSON.parse(String(given[0]));
  if (name === 'JsonToString') return JSON.stringify(given[0]);
  if (name === 'Format')
    return given.slice(1).reduce<string>((made, value) => made.replace('{}', String(value)), String(given[0]));
  throw bad(`the function ${name} is not interpreted`);
};

const argument = (said: string, data: unknown, context: object): unknown =>
  said.startsWith("'") ? said.slice(1, -1) : said.startsWith('$') ? read(said, data, context) : JSON.parse(said);

const bad = (why: string): StatesError => new StatesError('States.Runtime', why);
