import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyCatalog,
  field,
  isMemberEvent,
  type Mapping,
  memberStream,
  type Observation,
  onPass,
  personal,
  projections,
  refOf,
  retail,
} from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { learnIn } from '#test/support/projectionSamples.ts';
import { saidArb } from '#test/support/saidArb.ts';
import { ADA, BEN, memberEventsOf } from '#test/support/scenario.ts';
import { simulate } from '#test/support/simulation.ts';

const { Contact, Order, Voucher__c: Voucher, ...others } = retail.objects as Required<typeof retail.objects>;
/** Something personal in every object that belongs to a member, on the pass where that can be. */
const mapping: Mapping = {
  ...retail,
  objects: {
    ...others,
    Contact: { ...Contact!, custom: { nickname: onPass(personal(field('Nickname__c', 'text'))) } },
    Order: { ...Order!, custom: { note: personal(field('Note__c', 'text')) } },
    Voucher__c: { ...Voucher!, custom: { code: onPass(personal(field('Code__c', 'text'))) } },
  } as Mapping['objects'],
};

const secret = (name: string) => fc.constantFrom(`secret-${name}-1`, `secret-${name}-2`, null);
const values = {
  ...{ FirstName: secret('first'), LastName: secret('last'), Email: secret('mail'), Nickname__c: secret('nick') },
  ...{ Note__c: secret('note'), Code__c: secret('code') },
};

const enrolment = (said: readonly Observation[]): Observation => ({
  ...said[0]!,
  record: { object: 'Contact', id: ADA },
  existence: null,
  fields: { MemberNumber__c: 'M-1', LastName: 'secret-last-0' },
  origin: { type: 'event', eventId: 'first' },
});

/** All of it, some of it twice, in any order. */
const runArb = fc
  .tuple(saidArb(mapping, values), saidArb(mapping, values))
  .filter(([said]) => said.length > 0)
  .chain(([one, other]) => {
    const said = [enrolment(one), ...one, ...other];
    return fc.record({
      said: fc.constant(said),
      again: fc.shuffledSubarray(said),
      deliveries: fc.shuffledSubarray(said, { minLength: said.length }),
      seed: fc.nat(),
    });
  });
type Run = typeof runArb extends fc.Arbitrary<infer One> ? One : never;

const TO = Date.UTC(2026, 5, 1);

const play = ({ deliveries, again, seed }: Run, faultPercent: number) =>
  simulate({
    ...{ seed, mapping, faultPercent, forgets: [ADA], isOperated: seed % 2 === 1, readAgain: again },
    deliveries: deliveries.map((observation) => ({ observations: [observation], gaps: [] })),
    from: TO - 3 * 86_400_000,
    to: TO,
  });

const expectForgotten = async (run: Run, faultPercent: number): Promise<void> => {
  const { published, versionFaults, forgotten, stores } = await play(run, faultPercent);
  const [fact] = forgotten;
  expect(forgotten).toHaveLength(1);
  expect(versionFaults).toEqual([]);

  const commits = await got(stores.events.load(memberStream(ADA)));
  const events = commits.flatMap((commit) => commit.events);
  const types = events.map(({ type }) => type);
  expect(types.indexOf('MemberForgotten') + 1).toBe(fact?.version);
  expect(types.slice(fact?.version).filter((type) => type.startsWith('Member'))).toEqual([]);

  const objects = { Contact: [ADA], Order: ids('Order'), Voucher__c: ids('Voucher__c') };
  const refs = Object.entries(objects).flatMap(([object, some]) => some.map((id) => ({ object, id })));
  const records = (await got(stores.records.load(refs))).map(({ record }) => record);
  const owned = records.filter(
    ({ ref, fields }) => ref.id === ADA || [fields.BillToContactId, fields.Member__c].some((one) => one?.value === ADA),
  );
  const live = await got(stores.views.load(ADA));
  const shadows = stores.shadows.filter(({ memberId }) => memberId === ADA);
  expect(JSON.stringify([commits, owned, live, shadows])).not.toContain('secret');

  const told = published.filter(({ memberId }) => memberId === ADA);
  const after = told.filter(({ asOf }) => asOf >= (fact?.version ?? 0));
  expect(after.length).toBeLessThanOrEqual(1);
  expect(JSON.stringify(after.map(({ pass }) => pass))).not.toContain('secret');
  expect(live.pass).toMatchObject({ status: 'withdrawn', forgotten: true, spend: { purchases: 0 }, promotions: [] });
  if (live.revision > 0) expect(after).toMatchObject([{ pass: { forgotten: true } }]);

  const { promotions } = projections;
  const again = events.filter(isMemberEvent).reduce(promotions.evolve, promotions.initial);
  expect(live.states[refOf(promotions)]).toEqual(promotions.compact?.(again, commits.at(-1)?.recordedAt ?? 0));

  const now = { at: live.evaluatedAt, timeZone: 'UTC' };
  for (const memberId of [ADA, BEN]) {
    const { states } = await got(stores.views.load(memberId));
    const untouched = memberEventsOf(learnIn(mapping, run.said), memberId);
    const spend = untouched.reduce(projections.spend.evolve, projections.spend.initial);
    const folded = (states[refOf(projections.spend)] ?? projections.spend.initial) as typeof spend;
    expect(projections.spend.view(folded, now, emptyCatalog)).toEqual(projections.spend.view(spend, now, emptyCatalog));
  }
};

const ids = (object: string): readonly string[] => [1, 2, 3, 4, 5].map((number) => `${object}-${number}`);

const NUM_RUNS = Number(process.env.BILLFOLD_FORGET_RUNS ?? 25);

describe('a member who is forgotten while sources go on', () => {
  it('stays forgotten, is withdrawn once and for all, and counts as before', () =>
    fc.assert(
      fc.asyncProperty(runArb, (run) => expectForgotten(run, 0)),
      { numRuns: NUM_RUNS },
    ));

  it('also when requests and answers get lost, and whoever forgets is killed', () =>
    fc.assert(
      fc.asyncProperty(runArb, (run) => expectForgotten(run, 6)),
      { numRuns: NUM_RUNS },
    ));
});
