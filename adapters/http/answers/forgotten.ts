import * as t from 'io-ts';
import { orNull } from './common.ts';

const Scanned = t.strict(
  {
    /** records, events, views, keys, ops, deliveries, quarantine, journals, queues, files, logs, database. */
    store: t.string,
    items: t.number,
    bytes: t.number,
    /** How often something personal of the member was found there. */
    found: t.number,
    /** The same text in what does not name the member: somebody else may be called so. */
    alike: t.number,
    /** Of what was found, the first few places. */
    where: t.readonlyArray(t.string),
  },
  'Scanned',
);

/** What was done to forget a member, and what was looked at afterwards. It holds nothing personal. */
export const Certificate = t.strict(
  {
    memberId: t.string,
    /** Of the fact MemberForgotten. */
    eventId: t.string,
    version: t.number,
    forgottenAt: t.string,
    certifiedAt: t.string,
    /** Nothing personal was found anywhere, by somebody who knew what to look for, and nothing is left to be done. */
    isClean: t.boolean,
    /** tooShort: not looked for. keyWasGone: it had been destroyed before this was asked, so nobody knows any more what to look for. */
    values: t.strict({ lookedFor: t.number, tooShort: t.number, keyWasGone: t.boolean }),
    removed: t.strict({
      walletEvents: t.number,
      deadLetters: t.number,
      quarantined: t.number,
      rows: t.number,
      devices: t.number,
      events: t.number,
      states: t.number,
    }),
    stores: t.readonlyArray(Scanned),
    /** What is not over yet, in words, and until when. */
    pending: t.readonlyArray(t.string),
    /** Where nobody looked, in words: it is not in reach of who certifies, or keeps what it holds for a while. */
    notCovered: t.readonlyArray(t.string),
  },
  'ErasureCertificate',
);
export type Certificate = t.TypeOf<typeof Certificate>;

const asked = { memberId: t.string, askedAt: t.string, isSettled: t.boolean };

/** The steps of forgetting, in their order. asked: written down, so that whoever starts next goes on. looked: the certificate is there. */
export const ForgetStep = t.keyof({ asked: null, keys: null, fact: null, removed: null, looked: null }, 'ForgetStep');
export type ForgetStep = t.TypeOf<typeof ForgetStep>;

/** Somebody who asked to be forgotten, and how far it is. askedAt: the first time. */
export const Forgetting = t.strict(
  {
    ...asked,
    /** Somebody is at it. Else it is settled, or its turn comes within the hour. */
    isUnderWay: t.boolean,
    /** What was done by this process, at the last time of asking. */
    steps: t.readonlyArray(t.strict({ step: ForgetStep, doneAt: t.string }, 'ForgetStepDone')),
    /** Why it stopped there; null: it did not. */
    failure: orNull(t.string),
    /** The last that this process gave. */
    certificate: orNull(Certificate),
  },
  'Forgetting',
);
export type Forgetting = t.TypeOf<typeof Forgetting>;

/** askedAt: the first time. */
export const ForgottenPage = t.strict(
  {
    items: t.readonlyArray(t.strict(asked, 'ForgottenMember')),
    next: orNull(t.string),
  },
  'ForgottenMembers',
);
export type ForgottenPage = t.TypeOf<typeof ForgottenPage>;
