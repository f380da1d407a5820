import * as t from 'io-ts';
import type { ApnsFault } from './apns.ts';
import type { Fault } from './googleFaults.ts';

/** A fault as it is asked for, and how often. times null: until it is mended. */
export type Ordered<F> = { readonly fault: F; readonly times: number | null };

const whole = (least: number, most: number) =>
  t.refinement(t.number, (value) => Number.isInteger(value) && value >= least && value <= most);

const MOST_TIMES = 10_000;
const times = t.partial({ times: whole(1, MOST_TIMES) });
const answer = t.intersection([
  t.type({ type: t.literal('answer'), status: whole(400, 599) }),
  t.partial({ reason: t.string, retryAfter: t.string }),
  times,
]);
export const ApnsOrder = t.union([
  answer,
  t.intersection([t.type({ type: t.literal('gone') }), t.partial({ timestamp: whole(0, 8.64e15) }), times]),
  t.intersection([
    t.type({ type: t.keyof({ goaway: null, reset: null, stall: null, hangUp: null, swallow: null }) }),
    times,
  ]),
]);
export const GoogleOrder = t.union([
  answer,
  t.intersection([t.type({ type: t.literal('reset') }), t.partial({ isDone: t.boolean }), times]),
  t.intersection([t.type({ type: t.literal('stall') }), t.partial({ ms: whole(0, 600_000) }), times]),
]);

const OFTEN = `"times" from 1 to ${MOST_TIMES} where it is to happen so often`;
export const APNS_ORDERS = `expected { "type": "answer", "status": 400 to 599, "reason", "retryAfter" }, or a "type" of "gone", "goaway", "reset", "stall", "hangUp" or "swallow"; ${OFTEN}`;
export const GOOGLE_ORDERS = `expected { "type": "answer", "status": 400 to 599, "reason", "retryAfter" }, { "type": "reset", "isDone" } or { "type": "stall", "ms" }; ${OFTEN}`;

/** null: it is none. now: ms since 1970. */
export const apnsOrder = (body: unknown, now: number): Ordered<ApnsFault> | null => {
  if (!ApnsOrder.is(body)) return null;
  const { times = 1 } = body;
  if (body.type === 'gone') return { times, fault: { type: 'gone', timestamp: body.timestamp ?? now } };
  if (body.type !== 'answer') return { times, fault: { type: body.type } };
  const { status, reason = APNS_REASONS[status] ?? 'Ordered', retryAfter } = body;
  return { times, fault: { type: 'answer', status, reason, ...(retryAfter !== undefined && { retryAfter }) } };
};

/** As APNs says them (Apple, "Handling notification responses from APNs"; read November 2026). */
const APNS_REASONS: Readonly<Record<number, string>> = {
  403: 'InvalidProviderToken',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};

/** null: it is none. */
export const googleOrder = (body: unknown): Ordered<Fault> | null => {
  if (!GoogleOrder.is(body)) return null;
  const { times = null } = body;
  if (body.type === 'stall') return { times, fault: { type: 'Stall', ms: body.ms ?? 10_000 } };
  if (body.type === 'reset') return { times, fault: { type: 'Reset', isDone: body.isDone ?? false } };
  const { status, reason, retryAfter } = body;
  const said = { ...(reason !== undefined && { reason }), ...(retryAfter !== undefined && { retryAfter }) };
  return { times, fault: { type: 'Status', status, ...said } };
};
