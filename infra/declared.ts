/** The keys of a declaration, typed as it declares them. */
export const keysOf = <T extends object>(declared: T): readonly (keyof T & string)[] =>
  Object.keys(declared) as (keyof T & string)[];

/** Each value of a record, made anew. */
export const mapValues = <K extends string, A, B>(
  record: Readonly<Record<K, A>>,
  make: (value: A, key: K) => B,
): Readonly<Record<K, B>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value as A, key as K)])) as Record<K, B>;
