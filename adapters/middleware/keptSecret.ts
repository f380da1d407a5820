import { isDeepStrictEqual } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import type { Secrets } from '../secrets/secrets.ts';

/** A secret that cannot be used, and why; never its value. */
export type SecretProblem = { readonly secret: string; readonly problems: readonly string[] };

/** Left: a line for each problem, with the name of the secret. */
export type Kept<A> = () => Promise<E.Either<readonly string[], A>>;

type Deps = { readonly secrets: Pick<Secrets, 'current'>; readonly onProblem: (problem: SecretProblem) => void };

type Known<A> = {
  readonly text: string;
  readonly value: E.Either<readonly string[], A>;
  /** performance.now() */
  readonly readAt: number;
};

/** What cannot be used may be later: a certificate that is not valid yet, or that a clock which was ahead took for one that has ended. */
const AGAIN_MS = 60_000;

/** What a secret says, read anew when it is another one: asked for each time, as secrets are kept fresh where they come from. A problem is told once. */
export const keptSecret = <A>(
  { secrets, onProblem }: Deps,
  name: string,
  read: (text: string) => Promise<E.Either<readonly string[], A>>,
): Kept<A> => {
  let known: Known<A> | null = null;
  return async () => {
    const text = await secrets.current(name)();
    if (E.isLeft(text)) return E.left([`secret ${name}: cannot be read (${text.left.reason})`]);
    if (known?.text === text.right && (E.isRight(known.value) || performance.now() - known.readAt < AGAIN_MS))
      return known.value;
    const value = E.mapLeft((problems: readonly string[]) => problems.map((problem) => `secret ${name}: ${problem}`))(
      await read(text.right),
    );
    const isTold = known?.text === text.right && isDeepStrictEqual(known.value, value);
    if (E.isLeft(value) && !isTold) onProblem({ secret: name, problems: value.left });
    known = { text: text.right, value, readAt: performance.now() };
    return value;
  };
};
