/** By their names in the package, such as icon@2x.png. */
export type Images = ReadonlyMap<string, Buffer>;
