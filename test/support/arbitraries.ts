import fc from 'fast-check';
import {
  addDays,
  type Catalog,
  type Contribution,
  type Definition,
  type DefinitionEvent,
  type DefinitionFacts,
  type GrantFacts,
  type MemberEvent,
  type MemberFacts,
  type MemberTierFacts,
  type Moment,
  type PointsFacts,
  type PurchaseFacts,
  type TierFacts,
} from '#domain/index.ts';

/** Two years around TODAY, thick where calendars are odd: leap days, ends of years and months, changes of clocks, a week to the end; and what means "never". */
const TODAY = '2024-02-29';
export const dateArb = fc.oneof(
  fc.constantFrom('2023-02-28', '2023-03-01', '2024-02-28', '2024-02-29', '2024-03-01', '2024-03-06', '2024-03-07'),
  fc.constantFrom(
    '2023-12-31',
    '2024-01-01',
    '2024-03-31',
    '2024-04-26',
    '2024-11-03',
    '2025-02-28',
    '2025-03-01',
    '9999-12-31',
  ),
  fc.integer({ min: -800, max: 800 }).map((days) => addDays(TODAY, days)),
);
/** Objects as JSON.parse makes them, not without a prototype. */
const plain = <Shape>(shape: { readonly [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }): fc.Arbitrary<Shape> =>
  fc.record<Shape>(shape, { noNullPrototype: true });

const textArb = fc.option(fc.constantFrom('a', 'Bon d’achat', '冬'), { freq: 3 });
const idArb = fc.constantFrom('0001', '0002', '0003');
const currencyArb = fc.constantFrom('EUR', 'EUR', 'EUR', 'JPY', 'GBP');
const minorArb = fc.oneof(
  fc.integer({ min: -100_000, max: 600_000 }),
  fc.constantFrom<number | string>(0, 50_000, 49_999, '9007199254740993', '-9007199254740993'),
);

const contributionArb: fc.Arbitrary<Contribution> = plain({
  ...{ boughtOn: dateArb, currency: currencyArb, minorUnits: minorArb, isReduction: fc.boolean() },
});

/** Facts of a mapping that adds nothing, and of one that adds attributes, personal ones among them. */
const customised = <Facts>(factsArb: fc.Arbitrary<Facts>): fc.Arbitrary<Facts> =>
  fc.oneof(
    { arbitrary: factsArb, weight: 3 },
    fc
      .record({ facts: factsArb, size: textArb, onPass: fc.subarray(['size']) })
      .map(({ facts, size, onPass }) => ({ ...facts, custom: { size }, ...(onPass.length > 0 && { onPass }) })),
  );
const owned = <Facts>(factsArb: fc.Arbitrary<Facts>): fc.Arbitrary<Facts> =>
  customised(
    fc.oneof(
      { arbitrary: factsArb, weight: 3 },
      fc
        .record({ facts: factsArb, code: textArb })
        .map(({ facts, code }) => ({ ...facts, personal: { custom: { code } }, onPass: ['code'] })),
    ),
  );

const purchaseFactsArb: fc.Arbitrary<PurchaseFacts> = owned(
  plain({
    ...{ number: textArb, boughtOn: fc.option(dateArb), status: textArb, amount: textArb, currency: textArb },
    ...{ isReduction: fc.boolean(), originalPurchase: textArb, counts: fc.option(contributionArb, { freq: 4 }) },
  }),
);

const grantFactsArb: fc.Arbitrary<GrantFacts> = owned(
  plain({
    ...{ definition: fc.option(idArb), title: textArb, status: textArb },
    state: fc.constantFrom('available', 'available', 'available', 'redeemed', 'other'),
    ...{ validFrom: fc.option(dateArb), validTo: fc.option(dateArb), redeemedOn: fc.option(dateArb) },
    value: fc.option(plain({ minorUnits: minorArb, currency: currencyArb })),
  }),
);

const memberFactsArb: fc.Arbitrary<MemberFacts> = customised(
  plain({
    ...{
      standing: fc.constantFrom('provisional', 'active', 'withdrawn'),
      number: textArb,
      memberSince: fc.option(dateArb),
    },
    ...{ mergedInto: textArb, personal: plain({ firstName: textArb, lastName: textArb, email: textArb }) },
  }),
);

const definitionFactsArb: fc.Arbitrary<DefinitionFacts> = customised(
  plain({
    ...{
      title: textArb,
      terms: textArb,
      startsOn: fc.option(dateArb),
      endsOn: fc.option(dateArb),
      isActive: fc.boolean(),
    },
  }),
);

const memberTierFactsArb: fc.Arbitrary<MemberTierFacts> = owned(
  plain({ tier: fc.option(idArb), startsOn: fc.option(dateArb), endsOn: fc.option(dateArb) }),
);
const tierFactsArb: fc.Arbitrary<TierFacts> = plain({
  ...{ name: textArb, rank: fc.option(fc.constantFrom('0', '500', '1250.5')) },
});
const pointsFactsArb: fc.Arbitrary<PointsFacts> = owned(
  plain({ name: textArb, balance: fc.option(fc.constantFrom('0', '120', '0.5')) }),
);

export const catalogArb: fc.Arbitrary<Catalog> = plain({
  version: fc.nat(),
  definitions: fc.dictionary(
    idArb,
    fc
      .record({ facts: definitionFactsArb, exists: fc.boolean() })
      .map(({ facts, exists }): Definition => ({ ...facts, exists })),
    { noNullPrototype: true },
  ),
  tiers: fc.dictionary(
    idArb,
    tierFactsArb.map((facts) => ({ ...facts, exists: true })),
    { noNullPrototype: true },
  ),
});

const oneOf = <Type extends string, Shape>(
  type: Type,
  shape: { readonly [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> },
) => plain({ type: fc.constant(type), ...shape } as never) as unknown as fc.Arbitrary<{ readonly type: Type } & Shape>;

const memberChange = { previous: memberFactsArb, current: memberFactsArb };
const purchase = { purchaseId: idArb };
const grant = { grantId: idArb };
const definition = { definitionId: idArb };
const record = { recordId: idArb };
const tier = { tierId: idArb };
const from = <Facts>(facts: fc.Arbitrary<Facts>) => ({ previous: facts });
const to = <Facts>(facts: fc.Arbitrary<Facts>) => ({ current: facts });
const fromTo = <Facts>(facts: fc.Arbitrary<Facts>) => ({ previous: facts, current: facts });

/** One generator for each type of event: the compiler lists what is missing. */
const memberEventArbs: { readonly [Type in MemberEvent['type']]: fc.Arbitrary<Extract<MemberEvent, { type: Type }>> } =
  {
    MemberEnrolled: oneOf('MemberEnrolled', { current: memberFactsArb }),
    MemberDetailsChanged: oneOf('MemberDetailsChanged', memberChange),
    MemberWithdrawn: oneOf('MemberWithdrawn', { current: memberFactsArb }),
    MemberReinstated: oneOf('MemberReinstated', { current: memberFactsArb }),
    MemberForgotten: plain({ type: fc.constant('MemberForgotten' as const) }),
    PurchaseRecorded: oneOf('PurchaseRecorded', { ...purchase, ...to(purchaseFactsArb) }),
    PurchaseCorrected: oneOf('PurchaseCorrected', { ...purchase, ...fromTo(purchaseFactsArb) }),
    PurchaseVoided: oneOf('PurchaseVoided', { ...purchase, ...from(purchaseFactsArb) }),
    PurchaseMovedOut: oneOf('PurchaseMovedOut', { ...purchase, ...from(purchaseFactsArb) }),
    PurchaseMovedIn: oneOf('PurchaseMovedIn', { ...purchase, ...to(purchaseFactsArb) }),
    PromotionGranted: oneOf('PromotionGranted', { ...grant, ...to(grantFactsArb) }),
    PromotionRevised: oneOf('PromotionRevised', { ...grant, ...fromTo(grantFactsArb) }),
    PromotionRedeemed: oneOf('PromotionRedeemed', { ...grant, ...fromTo(grantFactsArb) }),
    PromotionRevoked: oneOf('PromotionRevoked', { ...grant, ...from(grantFactsArb) }),
    PromotionMovedOut: oneOf('PromotionMovedOut', { ...grant, ...from(grantFactsArb) }),
    PromotionMovedIn: oneOf('PromotionMovedIn', { ...grant, ...to(grantFactsArb) }),
    MemberTierSet: oneOf('MemberTierSet', { ...record, ...to(memberTierFactsArb) }),
    MemberTierChanged: oneOf('MemberTierChanged', { ...record, ...fromTo(memberTierFactsArb) }),
    MemberTierEnded: oneOf('MemberTierEnded', { ...record, ...from(memberTierFactsArb) }),
    PointsOpened: oneOf('PointsOpened', { ...record, ...to(pointsFactsArb) }),
    PointsBalanceChanged: oneOf('PointsBalanceChanged', { ...record, ...fromTo(pointsFactsArb) }),
    PointsClosed: oneOf('PointsClosed', { ...record, ...from(pointsFactsArb) }),
  };

const definitionEventArbs: {
  readonly [Type in DefinitionEvent['type']]: fc.Arbitrary<Extract<DefinitionEvent, { type: Type }>>;
} = {
  PromotionDefined: oneOf('PromotionDefined', { ...definition, ...to(definitionFactsArb) }),
  PromotionRedefined: oneOf('PromotionRedefined', { ...definition, ...fromTo(definitionFactsArb) }),
  PromotionRetired: oneOf('PromotionRetired', { ...definition, ...from(definitionFactsArb) }),
  TierDefined: oneOf('TierDefined', { ...tier, ...to(tierFactsArb) }),
  TierRedefined: oneOf('TierRedefined', { ...tier, ...fromTo(tierFactsArb) }),
  TierRetired: oneOf('TierRetired', { ...tier, ...from(tierFactsArb) }),
};

export const eventArbs = { ...memberEventArbs, ...definitionEventArbs };

/** Any events in any order: also such as decide would never make of one history. */
export const memberEventArb: fc.Arbitrary<MemberEvent> = fc.oneof(...Object.values(memberEventArbs));
export const memberEventsArb = fc.array(memberEventArb, { maxLength: 12 });

const zoneArb = fc.constantFrom('UTC', 'Europe/Paris', 'Africa/Cairo', 'America/Sao_Paulo', 'Pacific/Auckland');
const DAY_MS = 86_400_000;
/** Any instant of two years, and the edges of days in one zone or another. */
export const momentArb: fc.Arbitrary<Moment> = plain({
  at: fc
    .tuple(fc.integer({ min: -400, max: 400 }), fc.constantFrom(0, 1, -1, 3_600_000, -3_600_000, 41_234_567))
    .map(([days, ms]) => Date.parse(TODAY) + days * DAY_MS + ms),
  timeZone: zoneArb,
});
