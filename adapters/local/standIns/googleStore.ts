import type { Clock, EpochMs } from '#domain/index.ts';
import { type Breach, breachOf, isResource, type Kind, patched, type Resource } from './googleRules.ts';

/** A refusal as Google words it: { error: { code, message, errors: [{ domain, reason, location }] } }. */
export type Refusal = { readonly status: number; readonly reason: string; readonly where?: string };
export type Outcome = { readonly resource: Resource } | Refusal;

export type Kept = { readonly resource: Resource; readonly at: EpochMs; readonly notifiedAt: readonly EpochMs[] };

/** The classes and objects of one issuer, in memory, with what Google does to them. Nothing is ever deleted. */
export const googleStore = ({ issuerId, clock }: { readonly issuerId: string; readonly clock: Clock }) => {
  const kept: Readonly<Record<Kind, Map<string, Kept>>> = { loyaltyClass: new Map(), loyaltyObject: new Map() };
  const find = (kind: Kind, id: string) => kept[kind].get(id);

  const put = (kind: Kind, wanted: Resource, before: Kept | undefined, isTold: boolean): Outcome => {
    const { notifyPreference: _, classReference: __, ...resource } = wanted;
    const refusal = refusalOf(kind, resource, before);
    if (refusal !== null) return refusal;
    const notifiedAt = (before?.notifiedAt ?? []).filter((at) => at > clock() - DAY_MS);
    if (isTold && notifiedAt.length >= NOTIFICATIONS) return { status: 403, reason: 'quotaExceeded' };
    const stored = { ...resource, kind: `walletobjects#${kind}`, ...(kind === 'loyaltyClass' && reviewed(resource)) };
    kept[kind].set(String(resource.id), {
      ...{ resource: stored, at: clock(), notifiedAt: isTold ? [...notifiedAt, clock()] : notifiedAt },
    });
    return { resource: stored };
  };

  const refusalOf = (kind: Kind, resource: Resource, before: Kept | undefined): Refusal | null => {
    const breach: Breach | null = breachOf(kind, issuerId, resource);
    if (breach !== null) return { status: 400, reason: 'invalid', where: breach.where };
    if (kind === 'loyaltyClass') return isReviewable(resource, before) ? null : invalid('reviewStatus');
    const ofClass = kept.loyaltyClass.get(String(resource.classId));
    if (ofClass === undefined) return { status: 404, reason: 'classNotFound' };
    return isDraft(ofClass.resource) ? invalid('classId') : null;
  };

  return {
    find,
    all: (kind: Kind): readonly Kept[] => [...kept[kind].values()],
    insert: (kind: Kind, resource: Resource): Outcome => {
      if (find(kind, String(resource.id)) !== undefined) return { status: 409, reason: 'existingResource' };
      return put(kind, patched(kind === 'loyaltyObject' ? { hasUsers: false } : {}, resource), undefined, false);
    },
    /** isWhole: PUT. */
    change: (kind: Kind, id: string, change: Resource, isWhole: boolean): Outcome => {
      const before = find(kind, id);
      if (before === undefined) return { status: 404, reason: 'resourceNotFound' };
      if ('id' in change && change.id !== id) return invalid('id');
      const { hasUsers, messages, reviewStatus } = before.resource;
      const base = isWhole ? { id, hasUsers, messages } : before.resource;
      // An approved class takes no change that does not ask for a review.
      if (kind === 'loyaltyClass' && isApproved(reviewStatus) && !isUnderReview(change.reviewStatus))
        return invalid('reviewStatus');
      const { hasUsers: _, ...writable } = change;
      const wanted = patched(base, writable);
      const isTold = change.notifyPreference === 'NOTIFY' && isNoticed(before.resource, wanted);
      return put(kind, wanted, before, isTold);
    },
    addMessage: (kind: Kind, id: string, message: unknown): Outcome => {
      const before = find(kind, id);
      if (before === undefined) return { status: 404, reason: 'resourceNotFound' };
      if (!isResource(message) || typeof message.body !== 'string') return invalid('message');
      const messages = Array.isArray(before.resource.messages) ? before.resource.messages : [];
      const wanted = { ...before.resource, messages: [...messages, message] };
      return put(kind, wanted, before, message.messageType === 'TEXT_AND_NOTIFY');
    },
    /** Somebody has it in their wallet, or nobody any more. */
    hold: (id: string, hasUsers: boolean): Kept | null => {
      const before = find('loyaltyObject', id);
      if (before === undefined) return null;
      const after = { ...before, resource: { ...before.resource, hasUsers } };
      kept.loyaltyObject.set(id, after);
      return after;
    },
  };
};
export type GoogleStore = ReturnType<typeof googleStore>;

const DAY_MS = 86_400_000;
const NOTIFICATIONS = 3;
const invalid = (where: string): Refusal => ({ status: 400, reason: 'invalid', where });

const isDraft = ({ reviewStatus }: Resource): boolean => /^draft$/i.test(String(reviewStatus));
const isApproved = (status: unknown): boolean => /^approved$/i.test(String(status));
const isUnderReview = (status: unknown): boolean => /^under_?review$/i.test(String(status));
/** No way back to a draft. */
const isReviewable = (resource: Resource, before: Kept | undefined): boolean =>
  isUnderReview(resource.reviewStatus) ||
  (isDraft(resource) ? before === undefined || isDraft(before.resource) : before !== undefined);
/** What is asked to be reviewed is approved at once. */
const reviewed = ({ reviewStatus }: Resource) => ({
  reviewStatus: isUnderReview(reviewStatus) ? 'APPROVED' : reviewStatus,
});

/** Of an object, changes of a balance are told (Google Wallet, Trigger push notifications). */
const isNoticed = (before: Resource, after: Resource): boolean =>
  ['loyaltyPoints', 'secondaryLoyaltyPoints'].some((field) => {
    const balance = (of: Resource) => JSON.stringify(isResource(of[field]) ? of[field].balance : null);
    return balance(before) !== balance(after);
  });
