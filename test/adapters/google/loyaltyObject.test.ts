import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlready, loyaltyClassOf } from '#adapters/google/loyaltyClass.ts';
import { loyaltyObjectOf } from '#adapters/google/loyaltyObject.ts';
import { objectIdOf } from '#adapters/google/objectId.ts';
import { patched, type Resource } from '#adapters/local/standIns/googleRules.ts';
import { googleStore } from '#adapters/local/standIns/googleStore.ts';
import type { Pass } from '#domain/index.ts';
import { googleTypes } from '#test/support/googleTypes.ts';
import { googleSettings, ISSUER, passOf } from '#test/support/googleWallet.ts';
import { passArb } from '#test/support/publishedArbs.ts';

const settings = googleSettings({
  callbackUrl: 'https://passes.example.com/google/callbacks',
  backgroundColor: '#14213d',
});
const wild = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('\ud800', '👩‍👩‍👧', 'é', '\n')),
  maxLength: 60,
});
/** Passes of any shape, with whatever people write. */
const anyPass: fc.Arbitrary<Pass> = fc
  .tuple(
    passArb,
    fc.option(wild),
    fc.option(wild),
    fc.option(wild),
    fc.dictionary(wild, fc.option(wild), { maxKeys: 12, noNullPrototype: true }),
    fc.boolean(),
  )
  .map(([{ points = [], ...pass }, firstName, memberNumber, tier, custom, hasPoints]) => ({
    ...{ ...pass, memberNumber, custom, memberId: '003-1' },
    ...{ holder: { ...pass.holder, firstName }, tier: { ...pass.tier, name: tier } },
    ...(hasPoints && { points: [...points, { name: firstName, balance: memberNumber }, { name: tier, balance: '7' }] }),
    promotions: [
      ...pass.promotions,
      ...Array.from({ length: 12 }, (_, at) => ({ ...promotion, id: `${at}`, title: tier })),
    ],
  }));
const promotion = { id: 'p', title: null, validFrom: null, validTo: null, state: 'available', value: null } as const;

const freshStore = () => {
  const store = googleStore({ issuerId: ISSUER, clock: () => 0 });
  store.insert('loyaltyClass', loyaltyClassOf(settings));
  return store;
};
const { strangers } = googleTypes();
/** As it is on the wire. */
const sent = (value: object): Resource => JSON.parse(JSON.stringify(value));

describe('an object', () => {
  test('of any pass is accepted, and has only fields that Google knows', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        const object = loyaltyObjectOf(settings, pass);
        const inserted = freshStore().insert('loyaltyObject', object);
        expect(inserted).toHaveProperty('resource');
        expect(strangers('LoyaltyObject', object)).toEqual([]);
        expect(object.textModulesData.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 300 },
    );
  });

  test('is absolute: whatever was there before, after a patch it is as if it had been inserted so', () => {
    fc.assert(
      fc.property(fc.array(anyPass, { minLength: 2, maxLength: 5 }), (passes) => {
        const objects = passes.map((pass) => sent(loyaltyObjectOf(settings, pass)));
        const last = objects.at(-1)!;
        const patchedThrough = objects.reduce((before, object) => patched(before, object), patched({}, objects[0]!));
        expect(patchedThrough).toEqual(patched({}, last));
      }),
    );
  });

  test('has the id of its member and nothing of him: issuer, dot, 34 characters', () => {
    fc.assert(
      fc.property(wild, (memberId) => {
        expect(objectIdOf(settings, memberId)).toMatch(/^3388000000012345678\.m-[\w-]{32}$/);
      }),
    );
    expect(objectIdOf(settings, 'a')).not.toBe(objectIdOf(settings, 'b'));
  });

  test('of a withdrawn member is inactive', () => {
    expect(loyaltyObjectOf(settings, passOf({ status: 'withdrawn' })).state).toBe('INACTIVE');
  });

  test('shortens names as people count characters, and never a number', () => {
    const object = loyaltyObjectOf(
      settings,
      passOf({ holder: { firstName: '👩‍👩‍👧'.repeat(30), lastName: null }, memberNumber: '7'.repeat(40) }),
    );
    expect(object.accountName).toBe(`${'👩‍👩‍👧'.repeat(19)}…`);
    expect(object).toMatchObject({ accountId: '7'.repeat(40), barcode: { value: '7'.repeat(40) } });
  });

  test('shows money exactly, in millionths; less than nothing, and points that are no whole numbers, as text', () => {
    const balance = (more: Partial<Pass>) => loyaltyObjectOf(settings, passOf(more)).loyaltyPoints?.balance;
    const spent = (amount: string, currency = 'EUR') =>
      balance({ tier: { ...passOf().tier, qualifyingSpend: { amount, currency } } });
    expect(spent('9007199254740.93')?.money).toEqual({ micros: '9007199254740930000', currencyCode: 'EUR' });
    expect(spent('1200', 'JPY')?.money).toEqual({ micros: '1200000000', currencyCode: 'JPY' });
    expect(spent('90071992547409.93')).toMatchObject({ string: '90071992547409.93 EUR', money: null });
    expect(spent('-3.10')).toMatchObject({ string: '-3.10 EUR', money: null });
    expect(balance({ points: [{ name: 'P', balance: '12.5' }] })).toMatchObject({ string: '12.5', int: null });
    expect(balance({ points: [{ name: 'P', balance: '1200.00' }] })).toMatchObject({ int: 1200, string: null });
    expect(balance({ points: [{ name: 'P', balance: null }] })).toMatchObject({ money: { micros: '620000000' } });
  });

  test('has ten rows at most; what finds no room is counted', () => {
    const promotions = Array.from({ length: 12 }, (_, at) => ({
      ...promotion,
      id: `${at}`,
      title: `Offer ${at}`,
      validTo: '2026-12-01',
    }));
    const rows = loyaltyObjectOf(settings, passOf({ promotions })).textModulesData;
    expect(rows.map(({ id }) => id)).toEqual([
      ...['tier', 'next', 'since'],
      ...Array.from({ length: 6 }, (_, at) => `promotion-${at + 1}`),
      'further',
    ]);
    expect(rows.at(-1)?.body).toBe('6 more');
    expect(rows[3]).toEqual({ id: 'promotion-1', header: 'Offer 0', body: 'until 2026-12-01' });
  });
});

describe('a class', () => {
  test('has only fields that Google knows, and is recognised with what Google adds', () => {
    const wanted = loyaltyClassOf(settings);
    expect(strangers('LoyaltyClass', wanted)).toEqual([]);
    const stored = freshStore().find('loyaltyClass', wanted.id)?.resource;
    expect(stored).toMatchObject({ reviewStatus: 'APPROVED' });
    expect(isAlready(stored, wanted)).toBe(true);
    expect(isAlready(stored, loyaltyClassOf({ ...settings, backgroundColor: '#ffffff' }))).toBe(false);
    expect(isAlready(stored, loyaltyClassOf({ ...settings, callbackUrl: null }))).toBe(false);
  });
});
