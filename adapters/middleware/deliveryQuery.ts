import * as E from 'fp-ts/lib/Either.js';
import { isJsonObject } from '#domain/index.ts';
import type { DeliveryState } from '../delivery/delivery.ts';

/** What GET /api/deliveries is asked for. */
export type Listing =
  | { readonly type: 'Member'; readonly memberId: string }
  | {
      readonly type: 'Destination';
      readonly destination: string;
      readonly state: Exclude<DeliveryState, 'delivered'>;
      readonly after: string | null;
      /** null: as many as a page holds. */
      readonly limit: number | null;
    };

export type RedriveRequest = {
  readonly destination: string | null;
  readonly member: string | null;
  readonly whole: boolean;
  readonly after: string | null;
};

/** Left: what was expected, never what was sent. */
export const readListing = (query: unknown): E.Either<string, Listing> => {
  if (!isJsonObject(query)) return E.left(HOW_TO_LIST);
  const unknown = Object.keys(query).some(
    (name) => !['member', 'destination', 'state', 'after', 'limit'].includes(name),
  );
  const { member, destination, state = 'waiting', after = null, limit = null } = query as Record<string, unknown>;
  if (unknown || (member === undefined) === (destination === undefined)) return E.left(HOW_TO_LIST);
  if (member !== undefined) {
    if (!isName(member)) return E.left(`member: expected ${NAME}`);
    return Object.keys(query).length === 1 ? E.right({ type: 'Member', memberId: member }) : E.left(HOW_TO_LIST);
  }
  if (!isName(destination)) return E.left(`destination: expected ${NAME}`);
  if (!isListed(state)) return E.left(`state: expected one of ${STATES.join(', ')}`);
  if (after !== null && !isCursor(after)) return E.left('after: expected "next" of the page before');
  if (limit !== null && !(typeof limit === 'string' && /^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= MAX_LIMIT))
    return E.left(`limit: expected a whole number from 1 to ${MAX_LIMIT}`);
  return E.right({ type: 'Destination', destination, state, after, limit: limit === null ? null : Number(limit) });
};

export const readRedrive = (body: unknown): E.Either<string, RedriveRequest> => {
  if (!isJsonObject(body)) return E.left(HOW_TO_REDRIVE);
  const known = ['destination', 'member', 'whole', 'after'];
  if (Object.keys(body).some((name) => !known.includes(name))) return E.left(HOW_TO_REDRIVE);
  const { destination = null, member = null, whole = false, after = null } = body as Record<string, unknown>;
  if (destination === null && member === null) return E.left(HOW_TO_REDRIVE);
  if (destination !== null && !isName(destination)) return E.left(`destination: expected ${NAME}`);
  if (member !== null && !isName(member)) return E.left(`member: expected ${NAME}`);
  if (typeof whole !== 'boolean') return E.left('whole: expected true or false');
  if (whole && member === null)
    return E.left('whole: expected a member beside it, since nobody lists what was delivered');
  if (after !== null && !isCursor(after)) return E.left('after: expected "next" of the answer before');
  return E.right({ destination, member, whole, after });
};

const STATES = ['waiting', 'confirming', 'dead'] as const;
const MAX_LIMIT = 500;
const HOW_TO_LIST = 'expected either member, or destination with state, after and limit as one likes';
const HOW_TO_REDRIVE = 'expected { destination?, member?, whole?, after? } as JSON, with a destination or a member';
const NAME = 'text of 1 to 256 characters';

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 256;
const isCursor = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 4_096;
const isListed = (value: unknown): value is (typeof STATES)[number] => (STATES as readonly unknown[]).includes(value);
