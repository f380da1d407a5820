import { salesforceId } from '#adapters/sample/ids.ts';
import { forkSeed, type Random, seededRandom } from '#adapters/sample/random.ts';
import type { GrantFacts, MemberEvent, MemberFacts, PurchaseFacts } from '#domain/index.ts';

const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAYS = 900;

/** A made-up member's events: enrolled, then purchases, promotions and changes of both as a shop has them. The same arguments give the same events. */
export const memberEvents = (member: number, count: number): readonly MemberEvent[] => {
  const random = seededRandom(forkSeed(member, 'events'));
  const known: Known = { purchases: new Map(), grants: new Map(), facts: factsOf(member, random) };
  const events: MemberEvent[] = [{ type: 'MemberEnrolled', current: known.facts }];
  while (events.length < count) events.push(nextEvent(known, random, member * 100_000 + events.length));
  return events;
};

type Known = {
  readonly purchases: Map<string, PurchaseFacts>;
  readonly grants: Map<string, GrantFacts>;
  facts: MemberFacts;
};

const nextEvent = (known: Known, random: Random, serial: number): MemberEvent => {
  const draw = random.fraction();
  if (draw < 0.55) return recorded(known, random, serial);
  if (draw < 0.7) return granted(known, random, serial);
  if (draw < 0.75) return detailsChanged(known, random);
  const purchaseId = anyOf(known.purchases, random);
  const grantId = anyOf(known.grants, random);
  if (draw < 0.88 && purchaseId !== null) return corrected(known, random, purchaseId);
  if (draw < 0.92 && purchaseId !== null) return purchaseLost(known, random, purchaseId);
  if (draw < 0.98 && grantId !== null) return redeemed(known, random, grantId);
  return grantId === null ? recorded(known, random, serial) : revoked(known, grantId);
};

const recorded = ({ purchases }: Known, random: Random, serial: number): MemberEvent => {
  const purchaseId = salesforceId('Order', serial);
  const current = purchase(random, String(serial), day(random));
  purchases.set(purchaseId, current);
  return { type: random.chance(0.95) ? 'PurchaseRecorded' : 'PurchaseMovedIn', purchaseId, current };
};

const corrected = ({ purchases }: Known, random: Random, purchaseId: string): MemberEvent => {
  const previous = purchases.get(purchaseId)!;
  const current = purchase(random, previous.number ?? '', previous.boughtOn ?? '');
  purchases.set(purchaseId, current);
  return { type: 'PurchaseCorrected', purchaseId, previous, current };
};

const purchaseLost = ({ purchases }: Known, random: Random, purchaseId: string): MemberEvent => {
  const previous = purchases.get(purchaseId)!;
  purchases.delete(purchaseId);
  return { type: random.chance(0.7) ? 'PurchaseVoided' : 'PurchaseMovedOut', purchaseId, previous };
};

const granted = ({ grants }: Known, random: Random, serial: number): MemberEvent => {
  const grantId = salesforceId('Voucher__c', serial);
  const validFrom = day(random);
  const current: GrantFacts = {
    ...{
      definition: salesforceId('Promotion__c', random.int(1, 20)),
      title: null,
      status: 'Issued',
      state: 'available',
    },
    ...{ validFrom, validTo: `2026-12-${validFrom.slice(8)}`, redeemedOn: null },
    value: { minorUnits: random.int(5, 40) * 100, currency: 'EUR' },
  };
  grants.set(grantId, current);
  return { type: 'PromotionGranted', grantId, current };
};

const redeemed = ({ grants }: Known, random: Random, grantId: string): MemberEvent => {
  const previous = grants.get(grantId)!;
  const current: GrantFacts = { ...previous, status: 'Redeemed', state: 'redeemed', redeemedOn: day(random) };
  grants.set(grantId, current);
  return { type: 'PromotionRedeemed', grantId, previous, current };
};

const revoked = ({ grants }: Known, grantId: string): MemberEvent => {
  const previous = grants.get(grantId)!;
  grants.delete(grantId);
  return { type: 'PromotionRevoked', grantId, previous };
};

const detailsChanged = (known: Known, random: Random): MemberEvent => {
  const previous = known.facts;
  known.facts = { ...previous, personal: { ...previous.personal, email: `m${random.int(1, 1e6)}@example.com` } };
  return { type: 'MemberDetailsChanged', previous, current: known.facts };
};

const factsOf = (member: number, random: Random): MemberFacts => ({
  ...{ standing: 'active', number: `M${member}`, memberSince: day(random), mergedInto: null },
  personal: { firstName: 'Zoë', lastName: `Müller ${member}`, email: `m${member}@example.com` },
});

const purchase = (random: Random, number: string, boughtOn: string): PurchaseFacts => {
  const minorUnits = random.int(500, 40_000);
  const isReduction = random.chance(0.05);
  const currency = random.chance(0.9) ? 'EUR' : 'CHF';
  return {
    ...{ number, boughtOn, status: 'Activated', amount: String(minorUnits / 100), currency, isReduction },
    originalPurchase: null,
    counts: { boughtOn, currency, minorUnits: isReduction ? -minorUnits : minorUnits, isReduction },
  };
};

const day = (random: Random): string =>
  new Date(FIRST_DAY + random.int(0, DAYS) * 86_400_000).toISOString().slice(0, 10);

const anyOf = (entries: ReadonlyMap<string, unknown>, random: Random): string | null =>
  entries.size === 0 ? null : random.pick([...entries.keys()]);
