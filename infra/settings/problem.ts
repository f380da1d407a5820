/** The values that the CDK was given. */
export type Context = Readonly<Record<string, unknown>>;

/** What keeps billfold from being synthesised. what: what is wrong, what is expected, how to give it; never the value. */
export type Problem = { readonly where: string; readonly what: string };
export type Refuse = (where: string, what: string) => void;

export const howToGive = (name: string, example: string): string =>
  `Give it as -c ${name}=${example}, or as "${name}" under "context" in cdk.json.`;
