/** The keys of a declaration, typed as it declares them. */
export const keysOf = <T extends object>(declared: T): readonly (keyof T & string)[] =>
  Object.keys(declared) as (keyof T & string)[];
