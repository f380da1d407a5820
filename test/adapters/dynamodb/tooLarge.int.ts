import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  causeOf,
  type DomainEvent,
  emptyProjectCache,
  foldMember,
  type GrantFacts,
  lastVersion,
  type RetryDeps,
  registry,
  retryParked,
} from '#domain/index.ts';
import { appendOf, at, enrolled, got, memberId, origin, stream } from '#test/contract/given.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';

test('a LIVE beyond 400 KB stays as it was, its largest state is listed as parked, and no event is lost', async () => {
  const { happens, live, listed, retry, stores } = await member();
  await happens([enrolled('Ada'), granted(0)]);
  const before = await live();
  expect(before.pass?.promotions).toHaveLength(1);

  const tooMany = Array.from({ length: GRANTS }, (_, index) => granted(index + 1));
  for (let from = 0; from < GRANTS; from += 50) await happens(tooMany.slice(from, from + 50));
  const stuck = await live();
  expect(stuck.asOf).toBeGreaterThanOrEqual(before.asOf);
  expect(stuck.asOf).toBeLessThan(GRANTS);
  expect(await listed()).toMatchObject([
    { memberId, ref: 'promotions@2', asOf: stuck.asOf, reason: expect.stringMatching(REASON) },
  ]);
  expect((await retry()).recovered).toEqual([]);
  expect((await got(stores.events.head(stream))).version).toBe(2 + GRANTS);

  // Whatever makes it small enough again, and the next poke brings all that came meanwhile.
  for (let from = 0; from < GRANTS; from += 50) await happens(tooMany.slice(from, from + 50).map(revoked));
  expect(await live()).toMatchObject({ asOf: 2 + 2 * GRANTS, pass: { promotions: before.pass?.promotions } });
  expect((await retry()).recovered).toEqual([{ memberId, ref: 'promotions@2' }]);
  expect(await listed()).toEqual([]);
});

const GRANTS = 250;
const REASON = /^promotions@2: LIVE cannot be stored \(.*\); this is the largest of its states, \d+ KB as JSON$/;

/** Of two kilobytes that no compression makes smaller than one. */
const granted = (index: number): DomainEvent & { readonly current: GrantFacts } => ({
  type: 'PromotionGranted',
  grantId: `a0VA000000${String(index).padStart(5, '0')}AAA`,
  current: {
    ...{ definition: null, title: randomBytes(1_500).toString('base64'), status: 'Issued', state: 'available' },
    ...{ validFrom: null, validTo: null, redeemedOn: null, value: null },
  },
});

const revoked = (event: ReturnType<typeof granted>): DomainEvent => ({
  type: 'PromotionRevoked',
  grantId: 'grantId' in event ? event.grantId : '',
  previous: event.current,
});

const member = async () => {
  const stores = await freshStores(() => at);
  const deps: RetryDeps = {
    ...{ ...stores, registry, clock: () => at, timeZone: 'UTC', startedAt: at },
    cache: emptyProjectCache(),
  };
  return {
    stores,
    live: () => got(stores.views.load(memberId)),
    listed: async () => (await got(stores.parked.list(null, 9))).items,
    retry: () => got(retryParked(deps)('all', null)),
    happens: async (events: readonly DomainEvent[]) => {
      await got(stores.events.append(appendOf(events, await got(stores.events.head(stream)))));
      const [commit] = await got(stores.events.loadBackward(stream, 1));
      if (commit === undefined) throw new Error('nothing was appended');
      const toVersion = lastVersion(commit);
      const cause = causeOf(stream, toVersion, 'live', origin);
      await got(foldMember(deps)({ memberId, toVersion, images: [commit], cause }));
    },
  };
};
