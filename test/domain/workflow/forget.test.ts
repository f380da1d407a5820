import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { memoryCatalogStore } from '#adapters/memory/catalogStore.ts';
import { memoryEventStore } from '#adapters/memory/eventStore.ts';
import { memoryForgottenStore } from '#adapters/memory/forgottenStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryParkStore } from '#adapters/memory/parkStore.ts';
import { memoryRecordStore } from '#adapters/memory/recordStore.ts';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import { memoryShadowStore } from '#adapters/memory/shadowStore.ts';
import { memoryViewStore } from '#adapters/memory/viewStore.ts';
import {
  emptyProjectCache,
  type ForgetDeps,
  field,
  forgetMember,
  ingest,
  type Mapping,
  memberStream,
  personal,
  personalFields,
  registry,
  retail,
} from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { ADA, BEN, event, ORDER, type Said } from '#test/support/scenario.ts';

const objects = retail.objects as Readonly<Record<string, object>>;
const mapping = {
  ...retail,
  objects: { ...objects, Order: { ...objects.Order, custom: { note: personal(field('Note__c', 'text')) } } },
} as unknown as Mapping;

const NOW = Date.UTC(2026, 4, 1);

const world = () => {
  const memory = emptyMemory();
  const clock = () => NOW;
  const keys = memoryKeys();
  const events = memoryEventStore(memory, keys);
  const records = memoryRecordStore(memory, { keys, personal: personalFields(mapping), clock });
  const forgotten = memoryForgottenStore();
  const project = {
    ...{ events, views: memoryViewStore(), catalog: memoryCatalogStore(), releases: memoryReleaseStore() },
    ...{ shadows: memoryShadowStore(), parked: memoryParkStore(), registry, cache: emptyProjectCache() },
    ...{ clock, timeZone: 'UTC' },
  };
  const untilKeysAreLetGo = () => TE.right(undefined);
  const deps: ForgetDeps = { records, events, keys, forgotten, untilKeysAreLetGo, project, clock, mapping };
  let said = 0;
  const say = async (...all: readonly Said[]): Promise<void> => {
    for (const one of all) await ingest({ records, events, clock, mapping })([one(said++)])();
  };
  return { ...deps, say, deps };
};

const enrolled = event('Contact', { MemberNumber__c: 'M-1', LastName: 'Roth' }, { at: 10 });
const bought = event('Order', { BillToContactId: ADA, Status: 'Activated', TotalAmount: '10' }, { at: 20 });

test('what nobody had said of an order yet does not come with it to another member', async () => {
  const { say, deps, records } = world();
  await say(enrolled, bought);
  await got(forgetMember(deps)(ADA));
  await say(event('Order', { BillToContactId: BEN }, { at: 40 }), event('Order', { Note__c: 'for Ada' }, { at: 30 }));
  const [order] = await got(records.load([{ object: 'Order', id: ORDER }]));
  expect(order?.record.fields).toMatchObject({ BillToContactId: { value: BEN }, Note__c: { value: null } });
});

test('nothing is asked of the log before the keys are let go', async () => {
  const { say, deps, events } = world();
  await say(enrolled);
  const refusal = { type: 'StoreUnavailable', operation: 'wait', reason: 'killed' } as const;
  const killed = await forgetMember({ ...deps, untilKeysAreLetGo: () => TE.left(refusal) })(ADA)();
  expect(killed).toEqual(E.left(refusal));
  const told = (await got(events.load(memberStream(ADA)))).flatMap((commit) => commit.events);
  expect(told.map(({ type }) => type)).toEqual(['MemberEnrolled']);
  expect(JSON.stringify(told)).not.toContain('Roth');
  expect(await got(forgetMember(deps)(ADA))).toMatchObject({ eventId: `member-${ADA}@2` });
  expect(await got(forgetMember(deps)(ADA))).toMatchObject({ eventId: `member-${ADA}@2` });
});

test('of whom nobody spoke nothing is remembered', async () => {
  const { deps, forgotten } = { ...world() };
  expect(await forgetMember(deps)(BEN)()).toEqual(E.left({ type: 'MemberUnknown', memberId: BEN }));
  expect(await got((forgotten as ReturnType<typeof memoryForgottenStore>).list())).toEqual([]);
});
