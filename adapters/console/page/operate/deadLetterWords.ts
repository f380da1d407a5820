import type { RedrivenText } from '../../../http/answers/deadLetters.ts';
import { countOf } from './words.ts';

/** What was given up, and where: for who never read the topology. */
export const deadLetterName = (queue: string): string => NAMES[queue] ?? queue;

const NAMES: Readonly<Record<string, string>> = {
  ingestDead: 'Change events that could not be taken in',
  filesDead: 'Files that could not be loaded',
  partsDead: 'Parts of files that could not be loaded',
  pokeDead: 'News of events that did not reach the projector',
  announceDead: 'Events that did not reach the domain bus',
  publishDead: 'Passes that did not reach the wallet bus',
  relayDead: 'Passes that did not reach the wallets’ middleware',
  undelivered: 'What a bus could not hand over',
};

/** "3 sent back, 1 stays: its queue is not known." */
export const redrivenText = ({ sentBack, left }: RedrivenText): string => {
  const [first] = left;
  const stays = first === undefined ? '' : `, ${left.length.toLocaleString()} ${left.length === 1 ? 'stays' : 'stay'}`;
  const why = first === undefined ? '' : ` ${first.reason}`;
  return `${countOf(sentBack, 'letter')} sent back${stays}.${why} What fails again comes back here, with its reason.`;
};
