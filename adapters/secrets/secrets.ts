import type * as TE from 'fp-ts/lib/TaskEither.js';

/** A secret by its name, such as middleware-key, through a rotation: while one is under way, two values or three are good. */
export type Secrets = {
  /** What whoever has to say the secret says. */
  readonly current: (name: string) => TE.TaskEither<SecretUnavailable, string>;
  /**
   * What whoever checks it accepts: the pending value, the current one, the previous one, as far as there are any, each once. Never none.
   * So whichever side learns of a rotation first, the other is understood.
   */
  readonly candidates: (name: string) => TE.TaskEither<SecretUnavailable, readonly string[]>;
};

/** reason: never the value. */
export type SecretUnavailable = { readonly type: 'SecretUnavailable'; readonly name: string; readonly reason: string };

export const secretUnavailable = (name: string, reason: string): SecretUnavailable => ({
  type: 'SecretUnavailable',
  name,
  reason,
});
