import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withChecksum } from '#adapters/sample/ids.ts';
import { loyaltyManagement, type Observation, renderPass, viewAll } from '#domain/index.ts';
import { catalogOf, deleted, event, type Fields, learn, nothing, statesOf } from '#test/support/scenario.ts';

const ids = (prefix: string): readonly string[] =>
  ['1', '2'].map((n) => withChecksum(`${prefix}8d0000000000${n}`.slice(0, 15)));
const MEMBERS = ids('0lM');
const TIERS = ids('0lT');

const memberArb = fc.constantFrom(...MEMBERS, null);
/** For each object of the tier and the points: which records there are, and what may be said of them. */
const saidArbs = {
  LoyaltyProgramMember: [MEMBERS, fc.record({ MembershipNumber: fc.constantFrom('L-1', null) })],
  LoyaltyMemberTier: [
    ids('0lE'),
    fc.record(
      {
        LoyaltyMemberId: memberArb,
        LoyaltyTierId: fc.constantFrom(...TIERS, null),
        EffectiveDate: fc.constantFrom('2026-01-01', null),
      },
      { requiredKeys: [] },
    ),
  ],
  LoyaltyTier: [
    TIERS,
    fc.record({ Name: fc.constantFrom('Gold', 'Silver'), MinimumEligibleBalance: fc.constantFrom('0', '500', null) }),
  ],
  LoyaltyMemberCurrency: [
    ids('0lz'),
    fc.record({ LoyaltyMemberId: memberArb, PointsBalance: fc.constantFrom('0', '120.5', null) }, { requiredKeys: [] }),
  ],
} as const;

const observationArb = (index: number): fc.Arbitrary<Observation> =>
  fc.constantFrom(...(Object.keys(saidArbs) as (keyof typeof saidArbs)[])).chain((object) => {
    const [records, fieldsArb] = saidArbs[object];
    return fc
      .record({
        id: fc.constantFrom(...records),
        fields: fieldsArb as fc.Arbitrary<Fields>,
        at: fc.integer({ min: 0, max: 20 }),
        isDeletion: fc.boolean(),
      })

      .map(({ id, fields, at, isDeletion }) =>
        (isDeletion ? deleted(object, { id, at }) : event(object, fields, { id, at }))(index),
      );
  });

const historyArb = fc
  .integer({ min: 1, max: 12 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => observationArb(index))));

const passesOf = (history: readonly Observation[]) => {
  const known = history.reduce((before, one) => learn(before, [one], loyaltyManagement), nothing);
  const now = { at: Date.UTC(2026, 0, 9), timeZone: 'UTC' };
  return MEMBERS.map((id) => renderPass(id, viewAll(statesOf(known, id), now, catalogOf(known))));
};

test('tier and points of a pass are the same whatever the order, and however often, things are said', () => {
  fc.assert(
    fc.property(
      historyArb.chain((history) =>
        fc.record({
          history: fc.constant(history),
          shuffled: fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 }),
        }),
      ),
      ({ history, shuffled }) => {
        expect(passesOf(shuffled)).toEqual(passesOf(history));
      },
    ),
    { numRuns: 400 },
  );
});
