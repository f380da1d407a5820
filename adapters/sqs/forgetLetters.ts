import type { Message } from '@aws-sdk/client-sqs';
import { type LettersDeps, receive, release, remove, urlOf } from './letters.ts';

/** Those with a text in them: the others hold keys of files, or numbers of records in a stream. */
export type LettersWithText = 'ingestDead' | 'relayDead' | 'undelivered';

/** left: there are more than were looked at. */
export type ForgottenLetters = { readonly removed: number; readonly left: boolean };

/** Held while they are looked through, so that none is seen twice; whoever is killed lets go of them after that. */
const HELD_SECONDS = 300;
const MOST = 10_000;

/** Removes the dead letters that name a member: they are not sent back to where they came from. */
export const forgetLetters = async (
  deps: LettersDeps,
  queue: LettersWithText,
  names: (text: string) => boolean,
): Promise<ForgottenLetters> => {
  const url = await urlOf(deps, queue);
  const others: Message[] = [];
  let removed = 0;
  try {
    while (others.length + removed < MOST) {
      const messages = await receive(deps, url, HELD_SECONDS);
      if (messages.length === 0) return { removed, left: false };
      const about = messages.filter(({ Body = '' }) => names(Body));
      others.push(...messages.filter((message) => !about.includes(message)));
      if (about.length > 0) await remove(deps, url, about);
      removed += about.length;
    }
    return { removed, left: true };
  } finally {
    await release(deps, url, others);
  }
};
