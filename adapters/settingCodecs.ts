import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** Text that is as its name says. */
export const textThat = (expected: string, isSuch: (text: string) => boolean): t.Type<string> =>
  valueThat(expected, (value): value is string => typeof value === 'string' && isSuch(value));

export const numberThat = (expected: string, isSuch: (value: number) => boolean): t.Type<number> =>
  valueThat(expected, (value): value is number => typeof value === 'number' && isSuch(value));

export const oneOf = <const Value extends string | number>(...values: readonly Value[]): t.Type<Value> =>
  valueThat(`one of ${values.join(', ')}`, (value): value is Value => values.some((known) => known === value));

/** What a text is read as. read: left what was expected. */
export const readText = <Value>(expected: string, read: (value: unknown) => E.Either<string, Value>) =>
  new t.Type<Value, unknown>(
    expected,
    (_value): _value is Value => false,
    (value, context) => {
      const result = read(value);
      return E.isLeft(result) ? t.failure(null, context, `expected ${result.left}`) : t.success(result.right);
    },
    t.identity,
  );

const valueThat = <Value>(expected: string, is: (value: unknown) => value is Value): t.Type<Value> =>
  new t.Type<Value>(
    expected,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  );

export const oneOfKeys = <Known extends object>(known: Known) =>
  oneOf(...(Object.keys(known) as (keyof Known & string)[]));

export const numberFrom = (least: number, most: number) =>
  numberThat(`a number from ${least} to ${most}`, (value) => value >= least && value <= most);

export const wholeNumber = (least: number, most: number) =>
  numberThat(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );

/** Of something that people read. */
export const nameUpTo = (length: number) =>
  textThat(`text of 1 to ${length} characters`, (text) => text.trim().length > 0 && text.length <= length);

export const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:';

/** What is not said is the default. */
export const withDefault = <A, O>(codec: t.Type<A, O>, value: A): t.Type<A, O> =>
  new t.Type<A, O>(
    codec.name,
    codec.is,
    (given, context) => (given === undefined ? t.success(value) : codec.validate(given, context)),
    codec.encode,
  );

/** What is expected of a key that nobody reads begins so. */
export const KNOWN_KEYS = 'one of the keys ';

/** What need not be said. */
export const optional = <A, O>(codec: t.Type<A, O>): t.Type<A | undefined, O | undefined> =>
  new t.Type<A | undefined, O | undefined>(
    codec.name,
    (value): value is A | undefined => value === undefined || codec.is(value),
    (value, context) => (value === undefined ? t.success(undefined) : codec.validate(value, context)),
    (value) => (value === undefined ? undefined : codec.encode(value)),
  );

/** Unlike a union, says what was expected of what is not null. */
export const orNull = <A>(codec: t.Type<A, unknown>): t.Type<A | null, unknown> =>
  new t.Type<A | null, unknown>(
    codec.name,
    (value): value is A | null => value === null || codec.is(value),
    (value, context) => (value === null ? t.success(null) : codec.validate(value, context)),
    t.identity,
  );

/** An object with these keys and no others: keys that nobody reads are most often misspelt. */
export const closed = <Props extends t.Props>(props: Props, name: string) => {
  const codec = t.strict(props, name);
  type Codec = typeof codec;
  return new t.Type<t.TypeOf<Codec>, t.OutputOf<Codec>>(
    name,
    codec.is,
    (value, context) => {
      const validated = codec.validate(value, context);
      const unknown = isObject(value) ? Object.keys(value).filter((key) => !Object.hasOwn(props, key)) : [];
      if (unknown.length === 0) return validated;
      const known = { name: `${KNOWN_KEYS}${Object.keys(props).join(', ')}` } as t.Decoder<unknown, unknown>;
      const strangers = unknown.map((key) => ({ value: null, context: [...context, { key, type: known }] }));
      return t.failures([...strangers, ...(E.isLeft(validated) ? validated.left : [])]);
    },
    codec.encode,
  );
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A line for each problem: where, and what was expected; never the value. */
export const linesOf = (errors: t.Errors): readonly string[] => {
  const lines = errors.map(({ context, message }) => {
    const path = context.map(({ key }) => key).filter((key) => key !== '');
    const expected = message ?? `expected ${context.at(-1)?.type.name ?? 'something else'}`;
    return `${path.join('.')}${path.length === 0 ? '' : ': '}${expected}`;
  });
  return [...new Set(lines)];
};
