import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  type DomainEvent,
  dateAt,
  type EpochMs,
  emptyCatalog,
  firstDayInSight,
  foldWith,
  type GrantFacts,
  isMemberEvent,
  type LocalDate,
  type MemberEvent,
  projections,
  sameDayYearAgo,
} from '#domain/index.ts';
import { momentArb } from '#test/support/arbitraries.ts';
import { bought, corrected, voided } from '#test/support/builtEvents.ts';

const { promotions, spend, tier } = projections;

/** What happened, and when it was recorded, in that order. */
type Recorded = readonly (readonly [EpochMs, DomainEvent])[];

/** As the service folds: a commit for each, compacted with its time. */
const foldedAsRecorded = <State>(projection: { readonly initial: State }, history: Recorded): State =>
  history.reduce<unknown>(
    (state, [at, event]) => foldWith(projection as never, state, isMemberEvent(event) ? [event] : [], at),
    projection.initial,
  ) as State;

const seen = (history: Recorded, at: EpochMs, timeZone = 'UTC') => ({
  spend: spend.view(foldedAsRecorded(spend, history), { at, timeZone }, emptyCatalog),
  tier: tier.view(foldedAsRecorded(tier, history), { at, timeZone }, emptyCatalog),
});

const noon = (day: LocalDate): EpochMs => Date.parse(`${day}T12:00:00Z`);
/** Recorded on the very day. */
const on = (day: LocalDate, facts: Parameters<typeof bought>[1] = {}): Recorded[number] => [
  noon(day),
  bought(day, facts),
];

describe('a day is in sight', () => {
  test('while it may lie in the twelve months of anybody, wherever they are, with four weeks to spare', () => {
    fc.assert(
      fc.property(momentArb, ({ at, timeZone }) => {
        const oldest = addDays(sameDayYearAgo(dateAt(at, timeZone)), 1);
        expect(firstDayInSight(at) <= addDays(oldest, -27)).toBe(true);
        expect(firstDayInSight(at) >= addDays(oldest, -63)).toBe(true);
      }),
    );
  });

  test.each([
    ['2026-11-01', '2025-10-01'],
    ['2026-11-30', '2025-10-01'],
    ['2026-01-15', '2024-12-01'],
    ['2024-02-29', '2023-01-01'],
  ])('on %s from %s on', (today, first) => {
    expect(firstDayInSight(noon(today))).toBe(first);
  });
});

describe('a purchase that is out of sight', () => {
  const old = bought('2020-03-05', { amount: '70' });
  const others = [on('2019-01-02'), on('2020-03-05', { id: 'same day', amount: '5' }), on('2026-05-01')];
  const history: Recorded = [...others.slice(0, 1), [noon('2020-03-05'), old], ...others.slice(1)];
  const now = noon('2026-06-01');

  test('can still be voided, and is as if it had never been there', () => {
    expect(seen([...history, [now, voided(old)]], now)).toEqual(seen(others, now));
    expect(foldedAsRecorded(spend, [...history, [now, voided(old)]])).toEqual(foldedAsRecorded(spend, others));
  });

  test('leaves no sum behind once it is void, also before what is left of it is compacted', () => {
    const compacted = foldedAsRecorded(spend, [[now, old]]);
    expect(compacted.days).toEqual({});
    const view = spend.view(spend.evolve(compacted, voided(old) as never), { at: now, timeZone: 'UTC' }, emptyCatalog);
    expect(view).toEqual(seen([], now).spend);
  });

  test('can still be corrected: its amount, its currency, and its day into the twelve months and out again', () => {
    const onceCorrected = (known: Parameters<typeof corrected>[1]) =>
      seen([...history, [now, corrected(old, known)]], now);
    const instead = (day: LocalDate, facts: Parameters<typeof bought>[1]) =>
      seen([...others, [now, bought(day, { id: old.purchaseId, ...facts })]], now);
    for (const [day, facts] of [
      ['2020-03-05', { amount: '71' }],
      ['2020-03-05', { amount: '70', currency: 'JPY' }],
      ['2026-05-31', { amount: '70' }],
      ['2018-01-01', { amount: '70' }],
      ['2099-01-01', { amount: '70' }],
    ] as const)
      expect(onceCorrected(bought(day, { id: old.purchaseId, ...facts }))).toEqual(instead(day, facts));
  });

  test('is the last one again when those after it are void, to the day', () => {
    const [recent, before] = [bought('2026-05-01'), bought('2021-07-08')];
    const voids: Recorded = [
      [now, voided(recent)],
      [now + 1, voided(before)],
    ];
    const bothOf: Recorded = [...history, [noon('2021-07-08') + 6 * 365 * 86_400_000, before]];
    const last = (gone: Recorded) => seen([...bothOf, ...gone], now + 400 * 86_400_000).spend.lastPurchaseOn;
    expect([last([]), last(voids.slice(0, 1)), last(voids)]).toEqual(['2026-05-01', '2021-07-08', '2020-03-05']);
  });

  test('of which a day had several is the last one until none is left', () => {
    const twice = ['a', 'b'].map((id) => bought('2020-03-05', { id }));
    const told: Recorded = [
      on('2019-02-03'),
      ...twice.map((each) => [noon('2020-03-05'), each] as const),
      on('2026-05-01'),
    ];
    const gone = [bought('2026-05-01'), ...twice].map((each, index) => [now + index, voided(each)] as const);
    const last = (count: number) => seen([...told, ...gone.slice(0, count)], now + 9).spend.lastPurchaseOn;
    expect([0, 1, 2, 3].map(last)).toEqual(['2026-05-01', '2020-03-05', '2020-03-05', '2019-02-03']);
  });
});

describe('a purchase that is dated ahead', () => {
  const typo = bought('2099-05-01', { amount: '900' });
  const history: Recorded = [on('2025-12-01'), [noon('2026-01-01'), typo], on('2026-02-01')];
  const now = noon('2026-03-01');

  test('pushes no day of this year out of sight', () => {
    expect(seen(history, now).spend).toMatchObject({
      last12Months: [{ amount: '20.00', currency: 'EUR' }],
      lifetime: [{ amount: '920.00', currency: 'EUR' }],
      lastPurchaseOn: '2099-05-01',
    });
  });

  test('is right once it is corrected, and in time once its day has come', () => {
    const right = bought('2026-01-01', { id: typo.purchaseId, amount: '900' });
    expect(seen([...history, [now, corrected(typo, right)]], now).spend).toMatchObject({
      last12Months: [{ amount: '920.00', currency: 'EUR' }],
      lastPurchaseOn: '2026-02-01',
    });
    const then = noon('2099-06-01');
    expect(seen([...history, on('2099-05-20')], then).spend.last12Months).toEqual([
      { amount: '910.00', currency: 'EUR' },
    ]);
  });
});

describe('twenty years of a member who buys every day', () => {
  const PURCHASES = 10_000;
  const DAYS = 20 * 365;
  const history: Recorded = Array.from({ length: PURCHASES }, (_, index) => {
    const day = addDays('2006-01-01', Math.floor((index * DAYS) / PURCHASES));
    const [amount, currency] = [String(1 + ((index * 7919) % 30_000) / 100), index % 10 === 0 ? 'CHF' : 'EUR'];
    return [noon(day) + index, bought(day, { id: String(index), amount, currency })];
  });
  const bytesOf = (state: unknown): number => JSON.stringify(state).length;
  const counts = [1, 300, 700, 1_500, 2_000, 5_000, 5_500, 9_500, PURCHASES];

  /** Both states after so many, folded in one go; each commit compacted by itself. */
  const statesAfter = new Map<number, { readonly spend: typeof spend.initial; readonly tier: typeof tier.initial }>();
  let states = { spend: spend.initial, tier: tier.initial };
  for (const [index, [at, event]] of history.entries()) {
    const told = isMemberEvent(event) ? [event] : [];
    states = {
      spend: foldWith(spend as never, states.spend, told, at) as typeof spend.initial,
      tier: foldWith(tier as never, states.tier, told, at) as typeof tier.initial,
    };
    if (counts.includes(index + 1)) statesAfter.set(index + 1, states);
  }
  const stateAt = (count: number) => statesAfter.get(count) ?? states;

  /** A year of it: 31 or fewer days of twelve months, at most five characters each, and the month's name. */
  const BYTES_A_YEAR = 12 * (31 * 5 + 14);
  /** 427 days in sight at the most, each in a currency or two. */
  const BYTES_IN_SIGHT = 427 * 130;

  test('is a state of a bounded size, of which a year more adds only the days of purchases', () => {
    expect(bytesOf(stateAt(PURCHASES).tier)).toBeLessThan(427 * 60);
    expect(bytesOf(stateAt(PURCHASES).spend)).toBeLessThan(BYTES_IN_SIGHT + 20 * BYTES_A_YEAR);
    const older = (count: number): number => bytesOf(stateAt(count).spend.older);
    for (const count of [1_500, 5_000, 9_500]) expect(older(count + 500) - older(count)).toBeLessThan(BYTES_A_YEAR);
  });

  test('is seen as it is without compacting, today and at every version then', () => {
    for (const count of counts) {
      const then = history.slice(0, count);
      const events = then.map(([, event]) => event).filter(isMemberEvent);
      const whole = spend.fold?.(spend.initial, events) ?? spend.initial;
      const wholeTier = tier.fold?.(tier.initial, events) ?? tier.initial;
      const at = then.at(-1)?.[0] ?? 0;
      for (const now of [
        { at, timeZone: 'Pacific/Auckland' },
        { at: at + 90 * 86_400_000, timeZone: 'UTC' },
      ]) {
        expect(spend.view(stateAt(count).spend, now, emptyCatalog)).toEqual(spend.view(whole, now, emptyCatalog));
        expect(tier.view(stateAt(count).tier, now, emptyCatalog)).toEqual(tier.view(wholeTier, now, emptyCatalog));
      }
    }
  });
});

describe('a voucher that was redeemed', () => {
  const facts = (redeemedOn: LocalDate | null): GrantFacts => ({
    ...{ definition: null, title: '10 off', status: 'Issued', state: redeemedOn === null ? 'available' : 'redeemed' },
    ...{ validFrom: null, validTo: null, redeemedOn, value: null },
  });
  const redeemedOn = (day: LocalDate, grantId: string): MemberEvent => ({
    ...{ type: 'PromotionRedeemed', grantId, previous: facts(null), current: facts(day) },
  });
  const folded = (state: typeof promotions.initial, event: MemberEvent, at: EpochMs): typeof promotions.initial =>
    foldWith(promotions as never, state, [event], at) as typeof promotions.initial;
  const heavy = Array.from({ length: 10_000 }, (_, index) => addDays('2006-01-01', Math.floor(index * 0.73))).reduce(
    (state, day, index) => folded(state, redeemedOn(day, `${index}`), noon(day)),
    promotions.initial,
  );

  test('is kept while it may be listed: of one each day for twenty years, those of thirteen months', () => {
    expect(Object.keys(heavy).length).toBeGreaterThan(365 / 0.73);
    expect(Object.keys(heavy).length).toBeLessThan(427 / 0.73);
  });

  test('is whole again once a redemption of long ago is taken back', () => {
    const now = noon('2026-02-01');
    const revised: MemberEvent = {
      ...{ type: 'PromotionRevised', grantId: '0', previous: facts('2006-01-01'), current: facts(null) },
    };
    const moment = { at: now, timeZone: 'UTC' };
    const { current } = promotions.view(folded(heavy, revised, now), moment, emptyCatalog);
    expect(current).toMatchObject([{ id: '0', title: '10 off', state: 'available' }]);
  });
});
