import * as E from 'fp-ts/lib/Either.js';
import type { Secrets } from '../secrets/secrets.ts';

/** A secret that cannot be used, and why; never its value. */
export type SecretProblem = { readonly secret: string; readonly problems: readonly string[] };

/** Left: a line for each problem, with the name of the secret. */
export type Kept<A> = () => Promise<E.Either<readonly string[], A>>;

type Deps = { readonly secrets: Pick<Secrets, 'current'>; readonly onProblem: (problem: SecretProblem) => void };

/** What a secret says, read anew when it is another one: asked for each time, as secrets are kept fresh where they come from. A problem is told once. */
export const keptSecret = <A>(
  { secrets, onProblem }: Deps,
  name: string,
  read: (text: string) => Promise<E.Either<readonly string[], A>>,
): Kept<A> => {
  let known: { readonly text: string; readonly value: E.Either<readonly string[], A> } | null = null;
  return async () => {
    const text = await secrets.current(name)();
    if (E.isLeft(text)) return E.left([`secret ${name}: cannot be read (${text.left.reason})`]);
    if (known?.text === text.right) return known.value;
    const value = E.mapLeft((problems: readonly string[]) => problems.map((problem) => `secret ${name}: ${problem}`))(
      await read(text.right),
    );
    if (E.isLeft(value)) onProblem({ secret: name, problems: value.left });
    known = { text: text.right, value };
    return value;
  };
};
