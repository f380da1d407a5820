import * as t from 'io-ts';
import type { Cause, Live, PassChange } from './live.ts';
import { Pass } from './pass.ts';

/** The published change of a pass. Delivery is at least once and unordered: drop revisions not above the last one seen. */
export const WalletEvent = t.strict(
  {
    type: t.keyof({ WalletPassIssued: null, WalletPassUpdated: null, WalletPassWithdrawn: null }),
    detail: t.strict({
      metadata: t.strict({
        /** Deterministic: the same revision published again has the same id. */
        eventId: t.string,
        memberId: t.string,
        revision: t.number,
        asOfVersion: t.number,
        /** ISO 8601, UTC. */
        occurredAt: t.string,
        correlationId: t.string,
        causationId: t.string,
        traceparent: t.string,
        lane: t.keyof({ live: null, bulk: null }),
        schema: t.literal('billfold.wallet/1'),
      }),
      data: t.strict({ changed: t.readonlyArray(t.string), pass: Pass }),
    }),
  },
  'WalletEvent',
);
export type WalletEvent = t.TypeOf<typeof WalletEvent>;

/** null: that write of LIVE changed nothing the holder can see. traceparent: W3C trace context, made by the caller. */
export const walletEventOf = (live: Live, traceparent: string): WalletEvent | null =>
  live.change === null || live.pass === null ? null : eventOf(live, live.pass, live.change, traceparent);

/**
 * The pass as it is, under the id of its last revision: for who may have missed it, or never saw one. changed is empty where a later
 * write no longer knows it. null: there is none, or none was published.
 */
export const restatementOf = (live: Live, traceparent: string): WalletEvent | null => {
  if (live.pass === null || live.revision === 0) return null;
  const kind =
    live.pass.status === 'withdrawn'
      ? 'WalletPassWithdrawn'
      : live.revision === 1
        ? 'WalletPassIssued'
        : 'WalletPassUpdated';
  const cause: Cause = { lane: 'bulk', causationId: `revision@${live.revision}`, correlationId: 'restatement' };
  return eventOf(live, live.pass, live.change ?? { kind, changed: [], cause }, traceparent);
};

const eventOf = (live: Live, pass: Pass, { kind, changed, cause }: PassChange, traceparent: string): WalletEvent => ({
  type: kind,
  detail: {
    metadata: {
      eventId: `${live.memberId}.${live.revision}`,
      memberId: live.memberId,
      revision: live.revision,
      asOfVersion: live.asOf,
      occurredAt: new Date(live.evaluatedAt).toISOString(),
      correlationId: cause.correlationId,
      causationId: cause.causationId,
      traceparent,
      lane: cause.lane,
      schema: 'billfold.wallet/1',
    },
    data: { changed, pass },
  },
});
