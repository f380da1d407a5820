import fc from 'fast-check';
import {
  type AnnouncedType,
  type Announcement,
  announcementsOf,
  type Commit,
  type DomainEvent,
  type EventType,
  type Lane,
  type Pass,
  type WalletEvent,
} from '#domain/index.ts';
import { eventArbs } from './arbitraries.ts';

const nullable = <A>(arb: fc.Arbitrary<A>) => fc.option(arb, { freq: 3 });
const textArb = nullable(fc.constantFrom('a', 'Ada', 'Bon d’achat', '冬'));
const dateArb = nullable(fc.constantFrom('2026-02-28', '2026-05-01'));
const moneyArb = fc.record(
  { amount: fc.constantFrom('0.00', '12.50', '-3.10'), currency: fc.constantFrom('EUR', 'JPY') },
  { noNullPrototype: true },
);
const customArb = fc.dictionary(fc.constantFrom('size', 'shop'), textArb, { noNullPrototype: true });
const listOf = <A>(arb: fc.Arbitrary<A>) => fc.array(arb, { maxLength: 2 });
const plain = <Shape>(shape: { readonly [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }): fc.Arbitrary<Shape> =>
  fc.record<Shape>(shape, { noNullPrototype: true });

const promotionArb = fc
  .tuple(
    plain<Pass['promotions'][number]>({
      ...{ id: fc.constantFrom('1', '2'), title: textArb, validFrom: dateArb, validTo: dateArb },
      ...{ state: fc.constantFrom('available', 'expiring'), value: nullable(moneyArb) },
    }),
    fc.option(customArb, { nil: undefined }),
  )
  .map(([promotion, custom]) => ({ ...promotion, ...(custom !== undefined && { custom }) }));

/** Passes of any shape, sensible or not. */
export const passArb: fc.Arbitrary<Pass> = fc
  .tuple(
    plain<Pass>({
      ...{ memberId: fc.constantFrom('003-1', '003-2'), memberNumber: textArb, memberSince: dateArb },
      ...{ status: fc.constantFrom('active', 'withdrawn'), holder: plain({ firstName: textArb, lastName: textArb }) },
      tier: plain({
        ...{ name: textArb, qualifyingSpend: moneyArb, progress: fc.constantFrom(0, 0.27, 1) },
        next: nullable(
          plain({ name: fc.constant('Gold'), threshold: fc.constant('2000.00'), remaining: fc.constant('1.00') }),
        ),
      }),
      spend: plain({
        ...{ lifetime: listOf(moneyArb), last12Months: listOf(moneyArb), purchases: fc.nat(9) },
        lastPurchaseOn: dateArb,
      }),
      promotions: listOf(promotionArb),
    }),
    fc.option(listOf(plain({ name: textArb, balance: textArb })), { nil: undefined }),
    fc.option(customArb, { nil: undefined }),
  )
  .map(([pass, points, custom]) => ({
    ...pass,
    ...(points !== undefined && { points }),
    ...(custom !== undefined && { custom }),
  }));

export const walletEventArb: fc.Arbitrary<WalletEvent> = fc
  .record({
    type: fc.constantFrom('WalletPassIssued' as const, 'WalletPassUpdated' as const, 'WalletPassWithdrawn' as const),
    pass: passArb,
    revision: fc.integer({ min: 1, max: 9 }),
    lane: fc.constantFrom<Lane[]>('live', 'bulk'),
    changed: fc.subarray(['tier', 'spend.purchases', 'promotions']),
  })
  .map(({ type, pass, revision, lane, changed }) => ({
    type,
    detail: {
      metadata: {
        ...{ eventId: `${pass.memberId}.1.${revision}`, memberId: pass.memberId, revision, asOfVersion: revision },
        ...{ occurredAt: '2026-05-01T12:00:00.000Z', correlationId: 'c', causationId: 'd', traceparent: '00-0-0-01' },
        ...{ lane, schema: 'billfold.wallet/1' },
      },
      data: { changed, pass },
    },
  }));

const commitOf = (events: readonly DomainEvent[], version: number, lane: Lane): Commit => ({
  ...{ stream: 'member-003-1', version, events, recordedAt: Date.UTC(2026, 4, 1), lane },
  origin: { type: 'event', eventId: 'e' },
});

const announced = (type: AnnouncedType): fc.Arbitrary<Announcement> => {
  const eventArb: fc.Arbitrary<DomainEvent> =
    type === 'MemberBaselined' ? fc.oneof(...Object.values(eventArbs)) : eventArbs[type as EventType];
  const lane = type === 'MemberBaselined' ? 'bulk' : 'live';
  return fc
    .tuple(fc.array(eventArb, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 9 }))
    .map(([events, version]) => announcementsOf(commitOf(events, version, lane))[0] as Announcement);
};

const walletTypes: readonly WalletEvent['type'][] = ['WalletPassIssued', 'WalletPassUpdated', 'WalletPassWithdrawn'];

/** What is published under a detail-type: its `detail`, made by the code that publishes it. */
export const detailArb = (detailType: string): fc.Arbitrary<object> =>
  walletTypes.some((type) => type === detailType)
    ? walletEventArb.map(({ detail }) => detail)
    : announced(detailType as AnnouncedType).map(({ detail }) => detail);
