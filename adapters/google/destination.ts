import * as E from 'fp-ts/lib/Either.js';
import type { Clock, EpochMs, Pass } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import { type Content, revisionOf, type StepOutcome } from '../delivery/delivery.ts';
import type { Answer, Destination, Result, RunStep, Work } from '../delivery/destination.ts';
import { accessTokens } from './accessToken.ts';
import { type ClassOnce, classOnce } from './classOnce.ts';
import type { HttpCaller } from './httpCall.ts';
import { loyaltyClassOf } from './loyaltyClass.ts';
import { loyaltyObjectOf } from './loyaltyObject.ts';
import { type Notice, noticeOf } from './notice.ts';
import { passIn } from './passIn.ts';
import { type Progress, progressOf } from './progress.ts';
import { isMissing, sendMessage, sendObject } from './send.ts';
import type { ReadAccount } from './serviceAccount.ts';
import type { GoogleSettings } from './settings.ts';
import { changedSince, type Shown, shownBy } from './shownBefore.ts';
import { type WalletApi, walletApi } from './walletApi.ts';

export type DestinationDeps = {
  readonly settings: GoogleSettings;
  readonly account: ReadAccount;
  readonly http: HttpCaller;
  readonly clock: Clock;
};

/**
 * Google Wallet: a member's card is inserted when it is first told of, then patched, always with all of it. Steps: class (with class-insert, class-patch),
 * insert, patch, message (with clear-messages); `of` silent: once more without a notification, where Google sent enough of them. A step that is there twice
 * was taken again with another token.
 */
export const googleDestination = ({ settings, account, http, clock }: DestinationDeps): Destination => {
  const tokens = accessTokens({ account, call: http.call, clock });
  const api = walletApi({ url: settings.url, tokens, call: http.call, clock });
  const theClass = classOnce(api, loyaltyClassOf(settings), clock);
  return {
    name: 'google',
    credential: `google:${settings.issuerId}`,
    limits: settings.limits,
    wants: isWalletEvent,
    deliver: (work, run) => deliver({ settings, api, theClass, clock }, work, run),
    close: http.close,
  };
};

const isWalletEvent = ({ pass }: AcceptedEvent): boolean => pass !== null;

type Parts = {
  readonly settings: GoogleSettings;
  readonly api: WalletApi;
  readonly theClass: ClassOnce;
  readonly clock: Clock;
};

const deliver = async (parts: Parts, work: Work, run: RunStep): Promise<Result> => {
  const before = progressOf(work.progress);
  const pass = passIn(work.content);
  if (E.isLeft(pass)) return { verdict: { type: 'Dead', reason: pass.left }, progress: before };
  const isReady = await parts.theClass.ensure(work.lane, run);
  // Nobody's card is given up for what is wrong with the class.
  if (isReady.type !== 'Ok') return later(isReady, before);

  const shown = shownBy(pass.right, parts.settings.notify);
  const notice = noticeFor(parts.settings, work, pass.right, before, shown);
  const delivered = (progress: Progress, skipped: readonly StepOutcome[] = []): Result => ({
    ...{ verdict: { type: 'Delivered' }, progress: { ...progress, shown }, skipped },
  });
  const object = loyaltyObjectOf(parts.settings, pass.right);
  const { answer, progress } = await sendObject({ ...parts, run }, object, notice, before);
  if (answer.type !== 'Ok') {
    // Inserted and yet not there: the class is what is missing.
    if (isMissing(answer)) parts.theClass.forget();
    return stopped(answer, progress);
  }
  if (notice.type === 'Silent') return delivered(progress, silentFor(notice.why, work.now));
  if (notice.type === 'Field') return delivered(progress);
  if (!before.isInserted) return delivered(progress);
  if (answer.value.hasUsers === false) return delivered(progress, [skipped('message', 'nobody saved it', work.now)]);
  if (answer.value.messageIds.includes(notice.message.id)) return delivered(progress);
  const told = await sendMessage({ ...parts, run }, object.id, notice.message, progress);
  // The card is as it is to be: what Google does not want to say is not said.
  return told.answer.type === 'Failed' ? stopped(told.answer, told.progress) : delivered(told.progress);
};

/** What differs from what this card showed last; what the event says where that is not known. What others have not fetched yet is no news here. */
const noticeFor = (settings: GoogleSettings, work: Work, pass: Pass, progress: Progress, shown: Shown): Notice =>
  noticeOf(settings, {
    ...{ pass, progress, revision: revisionOf(work.content), lane: work.lane, done: work.done, now: work.now },
    changed: progress.shown === undefined ? saidChanged(work.content) : changedSince(progress.shown, shown),
  });

const saidChanged = (content: Content): readonly string[] =>
  content.type === 'card' ? (content.card.event.pass?.changed ?? []) : [];

/** Only what somebody may miss. */
const silentFor = (why: string, at: EpochMs): readonly StepOutcome[] =>
  why === 'quota' || why === 'bulk' ? [skipped('notify', why, at)] : [];

const skipped = (step: string, reason: string, at: EpochMs): StepOutcome => ({
  ...{ step, at, outcome: 'skipped', status: null, reason, tries: 0, durationMs: 0 },
});

/**
 * What passes, and what somebody puts right (a key, a permission, a class), is tried again by and by, so that it mends itself; what Google would refuse
 * again is dead.
 */
const stopped = (answer: NotOk, progress: Progress): Result => {
  const isMended = answer.type === 'Failed' || [401, 403, 404].includes(answer.status);
  if (isMended) return later(answer, progress);
  return { verdict: { type: 'Dead', reason: reasonOf(answer) }, progress };
};

const later = (answer: NotOk, progress: Progress): Result => ({
  ...{ verdict: { type: 'Later', reason: reasonOf(answer), isFailure: true }, progress },
});

type NotOk = Exclude<Answer<unknown>, { type: 'Ok' }>;
const reasonOf = ({ status, reason }: NotOk): string => `${status ?? 'no answer'} ${reason}`;
