import type { Pass, WalletEvent } from '#domain/index.ts';

/** As EventBridge delivers a revision of a member's pass. */
export const walletEnvelope = (memberId: string, revision: number) => {
  const { type, detail } = walletEventFor(memberId, revision);
  return {
    ...{ version: '0', id: `${memberId}-${revision}`, source: 'billfold.wallet', 'detail-type': type },
    ...{ account: '000000000000', time: '2026-11-02T09:58:55Z', region: 'local', resources: [], detail },
  };
};

const walletEventFor = (memberId: string, revision: number): WalletEvent => ({
  type: revision === 1 ? 'WalletPassIssued' : 'WalletPassUpdated',
  detail: {
    metadata: {
      ...{ eventId: `${memberId}.${revision}`, memberId, revision, asOfVersion: revision },
      ...{ occurredAt: '2026-11-02T09:58:54.000Z', correlationId: 'event e-1', causationId: `events@${revision}` },
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      ...{ lane: 'live', schema: 'billfold.wallet/1' },
    },
    data: { changed: ['spend.purchases', 'tier.progress'], pass: passOf(memberId, revision) },
  },
});

const euro = (amount: number) => ({ amount: amount.toFixed(2), currency: 'EUR' });

const passOf = (memberId: string, revision: number): Pass => ({
  ...{ memberId, memberNumber: `M-${memberId.slice(3, 15)}`, status: 'active', memberSince: '2024-03-01' },
  holder: { firstName: 'Ada', lastName: 'Roth' },
  tier: {
    ...{ name: 'Silver', qualifyingSpend: euro(600 + revision), progress: 0.06 },
    next: { name: 'Gold', threshold: '2000.00', remaining: (1_400 - revision).toFixed(2) },
  },
  spend: {
    ...{ lifetime: [euro(2_400 + revision)], last12Months: [euro(600 + revision)], purchases: 12 + revision },
    lastPurchaseOn: '2026-11-02',
  },
  promotions: [
    {
      ...{ id: 'a0V000000000001AAA', title: 'Ten euros for your birthday', state: 'available', value: euro(10) },
      ...{ validFrom: '2026-11-01', validTo: '2026-12-01' },
    },
  ],
});
