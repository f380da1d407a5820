import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it } from 'vitest';
import { sampleTrace } from '#adapters/local/sampleTrace.ts';
import { type Commit, type Live, restatementOf, unseen } from '#domain/index.ts';
import { zoe } from '#test/adapters/apple/support.ts';
import { got } from '#test/contract/given.ts';

const live: Live = {
  ...unseen('M1'),
  ...{ asOf: 1, revision: 1, ver: 1, evaluatedAt: 1_000, pass: { ...zoe, memberId: 'M1' } },
};
const published = restatementOf(live, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
const commit = { version: 1, recordedAt: 1_000, origin: { type: 'event', eventId: 'T1' }, events: [{ type: 'Told' }] };

/** Of the change T1 of M1, over a bus that carried these. */
const traceOver = (carried: readonly object[]) => {
  const entries = carried.map((event, index) => ({
    ...{ sequence: BigInt(index + 1), parts: 1 },
    text: JSON.stringify(event),
  }));
  const trace = sampleTrace({
    views: { load: () => TE.right(live) },
    events: { load: () => TE.right([commit as unknown as Commit]) },
    quarantine: { list: () => TE.right({ items: [], cursor: null }) },
    buses: { read: async (_bus, after) => entries.filter(({ sequence }) => sequence > after) },
    middlewareUrl: 'http://127.0.0.1:1',
  });
  return got(() => trace({ traceId: 'T1', memberId: 'M1', version: 0, sequence: 0 }));
};

describe('a change of the sample org, followed', () => {
  it.each([[{}], [{ metadata: null }], [{ metadata: { memberId: 'M1', asOfVersion: 1 } }]])(
    'is found behind what anybody put on the wallet bus: %j',
    async (detail) => {
      const found = await traceOver([
        { 'detail-type': 'WalletPassUpdated', detail },
        { 'detail-type': published?.type, detail: published?.detail },
      ]);
      expect(found.wallet).toMatchObject({ sequence: 2, revision: 1 });
    },
  );
});
