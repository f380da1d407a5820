import * as t from 'io-ts';
import type { Live } from './live.ts';
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
export const walletEventOf = (live: Live, traceparent: string): WalletEvent | null => {
  if (live.change === null || live.pass === null) return null;
  const { kind, changed, cause } = live.change;
  return {
    type: kind,
    detail: {
      metadata: {
        eventId: `${live.memberId}.${live.epoch}.${live.revision}`,
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
      data: { changed, pass: live.pass },
    },
  };
};
