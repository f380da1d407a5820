/** Attributes that the mapping added, by their names there. */
export type CustomView = Readonly<Record<string, string | null>>;

/** Facts as far as their custom attributes go. onPass: names of those that the pass shows. */
type CustomFacts = {
  readonly custom?: CustomView;
  readonly onPass?: readonly string[];
  readonly personal?: { readonly custom?: CustomView };
};

/** What the pass shows of some facts, the later ones winning; {} where that is nothing. */
export const customOnPass = (...all: readonly (CustomFacts | undefined)[]): { readonly custom?: CustomView } => {
  const shown: Record<string, string | null> = {};
  for (const facts of all)
    for (const name of facts?.onPass ?? [])
      shown[name] = facts?.custom?.[name] ?? facts?.personal?.custom?.[name] ?? shown[name] ?? null;
  return Object.keys(shown).length === 0 ? {} : { custom: shown };
};
