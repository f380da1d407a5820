/** How a pass is drawn. */
export type Template = { readonly languages: readonly string[] };
