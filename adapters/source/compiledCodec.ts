import * as t from 'io-ts';

/** A codec of one value. read: its decode without an Either; undefined: it refuses. */
export class ValueCodec<A> extends t.Type<A, A, unknown> {
  readonly read: (raw: unknown) => A | undefined;

  constructor(name: string, read: (raw: unknown) => A | undefined) {
    const is = (value: unknown): value is A => value !== undefined && read(value) === value;
    const validate: t.Validate<unknown, A> = (raw, context) => {
      const value = read(raw);
      return value === undefined ? t.failure(raw, context) : t.success(value);
    };
    super(name, is, validate, t.identity);
    this.read = read;
  }
}

/** A strict codec of such values. */
type ObjectCodec<A> = {
  readonly _A: A;
  readonly type: { readonly props: Readonly<Record<string, Pick<ValueCodec<unknown>, 'read'>>> };
};

/** Where a value is looked for that the object itself does not have, by key. */
export type Elsewhere = Readonly<Record<string, (object: Readonly<Record<string, unknown>>) => unknown>>;

/**
 * The decode of a codec, made into one function that reads key after key; undefined: it refuses, and `decode` says why. As both read each value
 * in the same way they agree (a test holds them to it).
 */
export const compiled = <A>(
  { type: { props } }: ObjectCodec<A>,
  elsewhere: Elsewhere = {},
): ((object: unknown) => A | undefined) => {
  const codecs = Object.entries(props);
  const steps = codecs.map(([key], index) => {
    const [name, value] = [JSON.stringify(key), `value${index}`];
    const find = Object.hasOwn(elsewhere, key) ? `if (raw === undefined) raw = elsewhere[${name}](object);` : '';
    return `raw = object[${name}]; ${find} const ${value} = read${index}(raw); if (${value} === undefined) return undefined;`;
  });
  const source = `
    const [${codecs.map((_, index) => `read${index}`)}] = reads;
    return (object) => {
      if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
      let raw;
      ${steps.join('\n')}
      return { ${codecs.map(([key], index) => `${JSON.stringify(key)}: value${index}`)} };
    };`;
  const reads = codecs.map(([, { read }]) => read);
  return new Function('reads', 'elsewhere', source)(reads, elsewhere);
};
