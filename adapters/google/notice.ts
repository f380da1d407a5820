import type { EpochMs, Pass } from '#domain/index.ts';
import type { Lane } from '../delivery/acceptedEvent.ts';
import { notificationsLeft, type Progress } from './progress.ts';
import type { GoogleSettings } from './settings.ts';
import { shown } from './text.ts';
import type { Message } from './walletApi.ts';

/**
 * How holders learn of a revision; at most once each. Silent: they see it when they look, with why.
 * Field: by what changed; Google has such notices for balances, not for rows of text. Message: by a text of ours.
 */
export type Notice =
  | { readonly type: 'Silent'; readonly why: 'nothing to tell' | 'bulk' | 'told before' | 'quota' }
  | { readonly type: 'Field' }
  | { readonly type: 'Message'; readonly message: Message };

export type NoticeInput = {
  readonly pass: Pass;
  readonly revision: number;
  readonly changed: readonly string[];
  readonly lane: Lane;
  /** The last revision delivered. */
  readonly done: number;
  readonly progress: Progress;
  readonly now: EpochMs;
};

export const noticeOf = (settings: GoogleSettings, input: NoticeInput): Notice => {
  const { pass, revision, lane, done, progress, now } = input;
  const matters = input.changed.filter((path) => settings.notify.some((told) => isWithin(path, told)));
  if (matters.length === 0 || pass.status !== 'active') return { type: 'Silent', why: 'nothing to tell' };
  if (revision <= done) return { type: 'Silent', why: 'told before' };
  // A sweep reaches everybody: nobody's phone rings for that.
  if (lane === 'bulk') return { type: 'Silent', why: 'bulk' };
  if (notificationsLeft(progress, now) === 0) return { type: 'Silent', why: 'quota' };
  const tier = shown(pass.tier.name, 60);
  if (tier === null || !matters.some((path) => isWithin(path, 'tier.name'))) return { type: 'Field' };
  const body = settings.words.tierMessage.replace('{tier}', () => tier);
  return {
    type: 'Message',
    message: { id: `r${revision}`, header: settings.words.tier, body, messageType: 'TEXT_AND_NOTIFY' },
  };
};

/** A change of "tier" as a whole is one of "tier.name" too. */
const isWithin = (path: string, told: string): boolean =>
  path === told || path.startsWith(`${told}.`) || told.startsWith(`${path}.`);
