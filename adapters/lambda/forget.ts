import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type AskDeps,
  askToForget,
  type DestroyDeps,
  destroyKeysOf,
  type ForgetFailure,
  type ForgottenStore,
  failureText,
  forgetWithoutKeys,
  type WithoutKeysDeps,
} from '#domain/index.ts';
import { toStoreUnavailable } from '../dynamodb/client.ts';
import { type Certified, certify } from '../forget/certify.ts';
import { joined, type LookAtPartDeps, type LookedAt, lookAtPart, Part } from '../forget/lookAtPart.ts';
import { forgetFingerprints, type LookingForDeps, lookingFor, takeFingerprints } from '../forget/lookingFor.ts';
import { partsOf } from '../forget/partsOf.ts';
import { followVoidPass, pendingOf, type VoidPassDeps } from '../forget/voidPass.ts';
import type { ForgottenLetters } from '../sqs/forgetLetters.ts';

export type ForgetHandlerDeps = AskDeps &
  DestroyDeps &
  WithoutKeysDeps &
  LookingForDeps &
  VoidPassDeps &
  LookAtPartDeps & {
    readonly forgotten: ForgottenStore;
    /** Removes the dead letters that such a text is about. */
    readonly forgetLetters: (isAbout: (text: string) => boolean) => Promise<ForgottenLetters>;
  };

/**
 * The steps of forgetting on Step Functions. Each is safe to repeat, and to run twice at once; what passes between them names the member, counts and places, and
 * nothing that is personal. Throws StoreUnavailable where trying again may help, ForgetFailed where it does not: the names a Retry tells apart.
 */
export const forgetHandler =
  (deps: ForgetHandlerDeps) =>
  (input: unknown): Promise<object> => {
    const decoded = Step.decode(input);
    if (E.isLeft(decoded)) throw named('ForgetFailed', 'step: expected an action and what it is about');
    const step = decoded.right;
    switch (step.action) {
      case 'pending':
        return pending(deps);
      case 'ask':
        return ask(deps, step.memberId);
      case 'destroyKeys':
        return done(destroyKeysOf(deps)(step.memberId));
      case 'forget':
        return forget(deps, step.memberId);
      case 'purge':
        return purge(deps, step);
      case 'look':
        return look(deps, step);
      case 'certify':
        return Promise.resolve(certified(deps, step));
      case 'settle':
        return settle(deps, step.memberId);
    }
  };

const Of = { memberId: t.string };
const Forgotten = t.strict({ ...Of, eventId: t.string, version: t.number, forgottenAt: t.number });
const Purged = t.strict({ devices: t.number, deadLetters: t.number, pending: t.readonlyArray(t.string) });
const Counts = { items: t.number, bytes: t.number, found: t.number, alike: t.number };
const Looked = t.strict({
  scanned: t.strict({ store: t.string, ...Counts, where: t.readonlyArray(t.string) }),
  removed: t.strict({ events: t.number, states: t.number, quarantined: t.number }),
  values: t.union([t.strict({ count: t.number, tooShort: t.number }), t.null]),
});

const PurgeStep = t.strict({ action: t.literal('purge'), ...Of, heldBackBy: t.readonlyArray(t.string) });
const LookStep = t.strict({ action: t.literal('look'), ...Of, version: t.number, part: Part });
const CertifyStep = t.strict({
  action: t.literal('certify'),
  forgotten: Forgotten,
  purged: Purged,
  looked: t.readonlyArray(Looked),
});
const Step = t.union([
  t.strict({ action: t.literal('pending') }),
  t.strict({ action: t.literal('ask'), ...Of }),
  t.strict({ action: t.literal('destroyKeys'), ...Of }),
  t.strict({ action: t.literal('forget'), ...Of }),
  PurgeStep,
  LookStep,
  CertifyStep,
  t.strict({ action: t.literal('settle'), ...Of }),
]);

/** Of a night; the others come the next. */
const MOST_PENDING = 1_000;

const pending = async ({ forgotten }: ForgetHandlerDeps): Promise<object> => {
  const listed = await orThrow(forgotten.list());
  const open = listed.filter(({ isSettled }) => !isSettled).toSorted((a, b) => a.askedAt - b.askedAt);
  return { members: open.slice(0, MOST_PENDING).map(({ memberId }) => memberId) };
};

/** What to look for is kept before the key goes, or nobody would know. */
const ask = async (deps: ForgetHandlerDeps, memberId: string): Promise<object> => {
  const asked = await askToForget(deps)(memberId)();
  // Somebody mistyped: nothing failed.
  if (E.isLeft(asked) && asked.left.type === 'MemberUnknown') return { isKnown: false };
  await orThrow(async () => asked);
  await orThrow(() => takeFingerprints(deps, memberId));
  return { isKnown: true };
};

const forget = async (deps: ForgetHandlerDeps, memberId: string): Promise<object> => {
  const { eventId, version, forgottenAt, heldBackBy } = await orThrow(forgetWithoutKeys(deps)(memberId));
  return { forgotten: { memberId, eventId, version, forgottenAt }, heldBackBy };
};

const purge = async (
  deps: ForgetHandlerDeps,
  { memberId, heldBackBy }: t.TypeOf<typeof PurgeStep>,
): Promise<object> => {
  const followed = await orThrow(() => followVoidPass(deps, memberId));
  const { search } = await orThrow(() => lookingFor(deps, memberId));
  const isAbout = (text: string): boolean => search.names(text) && !HARMLESS.test(text);
  const letters = await orThrow(
    TE.tryCatch(() => deps.forgetLetters(isAbout), toStoreUnavailable('look through dead letters')),
  );
  const parts = await orThrow(TE.tryCatch(() => partsOf(deps), toStoreUnavailable('measure tables')));
  const left = letters.left ? ['There are more dead letters than were looked at: ask again.'] : [];
  const waiting = [...pendingOf({ heldBackBy }, followed), ...left];
  const purged: t.TypeOf<typeof Purged> = {
    ...{ devices: followed.devices, deadLetters: letters.removed, pending: waiting },
  };
  return { purged, isPending: waiting.length > 0, parts };
};

/** A pass that says so, also where JSON holds JSON: it still has to come to whom it is for. */
const HARMLESS = /\\*"forgotten\\*":true/;

const look = async (
  deps: ForgetHandlerDeps,
  { memberId, version, part }: t.TypeOf<typeof LookStep>,
): Promise<object> => {
  const { search, values } = await orThrow(() => lookingFor(deps, memberId));
  const looked: LookedAt = await orThrow(() => lookAtPart(deps, part, { memberId, version, search }));
  return { ...looked, values } satisfies t.TypeOf<typeof Looked>;
};

const certified = (
  { clock }: ForgetHandlerDeps,
  { forgotten, purged, looked }: t.TypeOf<typeof CertifyStep>,
): Certified => {
  const count = (name: keyof LookedAt['removed']): number =>
    looked.reduce((total, { removed }) => total + removed[name], 0);
  const [known] = looked.map(({ values }) => values);
  // Whoever settled it meanwhile took away what to look for.
  const isKnown = known != null && looked.every(({ values }) => values !== null);
  return certify(
    forgotten,
    {
      values: { lookedFor: isKnown ? known.count : 0, tooShort: isKnown ? known.tooShort : 0, keyWasGone: !isKnown },
      removed: {
        ...{ walletEvents: 0, rows: 0, devices: purged.devices, deadLetters: purged.deadLetters },
        ...{ events: count('events'), states: count('states'), quarantined: count('quarantined') },
      },
      stores: joined(looked.map(({ scanned }) => scanned)),
      pending: purged.pending,
    },
    clock(),
  );
};

/** Last that it is settled: killed before, somebody goes on. */
const settle = async (deps: ForgetHandlerDeps, memberId: string): Promise<object> => {
  await orThrow(() => forgetFingerprints(deps, memberId));
  return done(deps.forgotten.settle(memberId));
};

const done = async (step: TaskEither<ForgetFailure, void>): Promise<object> => {
  await orThrow(step);
  return {};
};

const orThrow = async <A>(step: TaskEither<ForgetFailure, A>): Promise<A> => {
  const stepped = await step();
  if (E.isRight(stepped)) return stepped.right;
  const failure = stepped.left;
  const reason = failure.type === 'MemberUnknown' ? `No member ${failure.memberId}` : failureText(failure);
  throw named(failure.type === 'StoreUnavailable' ? 'StoreUnavailable' : 'ForgetFailed', reason);
};

/** Step Functions goes by the name. */
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
