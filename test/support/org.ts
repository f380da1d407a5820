import fc from 'fast-check';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { Change, ChangeType, Fields, FieldValue } from '#adapters/sample/wire.ts';
import { OBJECTS, type Operation, type SimObject, TEMPLATES } from '#test/support/operations.ts';
import { eventItems, fileItems, type Rendering, type Via, type WireItem } from '#test/support/wire.ts';

export { historyArb, type Operation, type SimObject } from '#test/support/operations.ts';

/** A record as the org holds it. Seconds: epoch seconds, the granularity of Salesforce's audit fields. */
export type SimRecord = {
  readonly object: SimObject;
  readonly id: string;
  readonly deleted: boolean;
  readonly fields: Fields;
  readonly createdSecond: number;
  /** LastModifiedDate. */
  readonly modifiedSecond: number;
  /** SystemModstamp: also moved by automation. */
  readonly stampedSecond: number;
};

export type Org = { readonly second: number; readonly records: ReadonlyMap<string, SimRecord> };

export type Played = {
  readonly org: Org;
  /** What the feeds said on the way, in the order of the org's own history. Any of it may be repeated or reordered; lost, see survivorsArb. */
  readonly feeds: readonly WireItem[];
  /** Those of the feeds that alone tell of a change: it moved no date, by which a row that was read before it would be known to be older. */
  readonly onlyWitnesses: ReadonlySet<WireItem>;
  /** Full loads of all four objects an hour after the last change: alone enough to know the org. */
  readonly finalLoad: readonly WireItem[];
};

/** 2024-02-28T23:59:50Z: ten seconds before a leap day. */
const START_SECOND = Date.UTC(2024, 1, 28, 23, 59, 50) / 1000;

/** An org that somebody works in: each operation is told by what its feeds say of it. Operations that cannot be (deleting what is not there) do nothing. */
export type LivingOrg = {
  readonly perform: (operation: Operation) => readonly WireItem[];
  readonly now: () => Org;
  /** Whole rows of these records as they stand, as the files of one run say them. */
  readonly rows: (object: SimObject, of: ReadonlySet<string>) => readonly WireItem[];
};

export const livingOrg = (startSecond: number = START_SECOND): LivingOrg => {
  const world = newWorld(startSecond);
  return {
    perform: (operation) => {
      world.second += operation.afterSeconds;
      return perform(world, operation);
    },
    now: () => ({ second: world.second, records: new Map(world.records) }),
    rows: (object, of) => load(world, object, 'rest', 0, 1, of),
  };
};

/** Plays a history from an empty org. */
export const play = (history: readonly Operation[], startSecond: number = START_SECOND): Played => {
  const world = newWorld(startSecond);
  const onlyWitnesses = new Set<WireItem>();
  const feeds = history.flatMap((operation) => {
    world.second += operation.afterSeconds;
    const told = perform(world, operation);
    if (operation.type === 'restore') for (const item of told) onlyWitnesses.add(item);
    return told;
  });
  const org = { second: world.second, records: new Map(world.records) };
  world.second += 3600;
  return { org, feeds, onlyWitnesses, finalLoad: OBJECTS.flatMap((object) => load(world, object, 'rest', 0, 1)) };
};

/** Ids are issued from a small pool, so that operations meet: index 0 is the first record of the object. */
export const idOf = (object: SimObject, index: number): string => salesforceId(object, index + 1);

/** A history drawn from a seed, for tests that want one without a property around it. */
export const randomHistory = (arbitrary: fc.Arbitrary<readonly Operation[]>, seed: number): readonly Operation[] =>
  fc.sample(arbitrary, { seed, numRuns: 1 })[0] ?? [];

/** Every item at least once, in any order, some of them again. */
export const shuffleDuplicateArb = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc
    .array(fc.nat({ max: Math.max(0, items.length - 1) }), { maxLength: Math.min(items.length, 10) })
    .map((again) => [...items, ...again.flatMap((index) => items.slice(index, index + 1))])
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }));

/** What is not lost of these items: any of them, and all that alone tell of a change. */
export const survivorsArb = (
  items: readonly WireItem[],
  { onlyWitnesses }: Played,
): fc.Arbitrary<readonly WireItem[]> =>
  fc.subarray([...items]).map((some) => {
    const lucky = new Set(some);
    return items.filter((item) => lucky.has(item) || onlyWitnesses.has(item));
  });

/** The final load, and whatever of the feeds was not lost: in any order, some of it again. */
export const lossyDeliveryArb = (played: Played): fc.Arbitrary<readonly WireItem[]> =>
  survivorsArb(played.feeds, played).chain((survivors) => shuffleDuplicateArb([...survivors, ...played.finalLoad]));

type World = {
  second: number;
  readonly records: Map<string, SimRecord>;
  /** Beyond 2^53 and one apart, where doubles of that size are 256 apart: a consumer that rounds sees one number. */
  commitNumber: bigint;
  sequenceNumber: number;
  committedSecond: number;
  loads: number;
};

const newWorld = (startSecond: number): World => ({
  ...{ second: startSecond, records: new Map(), commitNumber: 1652977933433528300n },
  ...{ sequenceNumber: 0, committedSecond: 0, loads: 0 },
});

const perform = (world: World, operation: Operation): readonly WireItem[] => {
  switch (operation.type) {
    case 'save':
      return announce(
        world,
        operation,
        operation.indexes.flatMap((index) => save(world, operation.object, index, operation.fields)),
      );
    case 'delete':
    case 'undelete':
    case 'restore':
      return announce(
        world,
        operation,
        operation.indexes.flatMap((index) => setDeleted(world, operation.object, index, operation.type)),
      );
    case 'merge':
      return mergeContacts(world, operation);
    case 'touch': {
      const id = idOf(operation.object, operation.index);
      const record = world.records.get(id);
      if (record !== undefined) world.records.set(id, { ...record, stampedSecond: world.second });
      return [];
    }
    case 'load':
      return load(world, operation.object, operation.rendering, operation.startedSecondsBefore, operation.files);
  }
};

/** What happened to one record, before it is told. */
type Happened = { readonly changeType: ChangeType; readonly record: SimRecord; readonly changed: readonly string[] };

const save = (world: World, object: SimObject, index: number, fields: Fields): readonly Happened[] => {
  const id = idOf(object, index);
  const before = world.records.get(id);
  if (before?.deleted === true) return [];
  const now = { modifiedSecond: world.second, stampedSecond: world.second };
  const created = { object, id, deleted: false, fields: TEMPLATES[object](index), createdSecond: world.second, ...now };
  const base = before ?? created;
  const record: SimRecord = { ...base, ...now, fields: { ...base.fields, ...fields } };
  world.records.set(id, record);
  const changed = Object.keys(fields).filter((name) => !sameValue(base.fields[name], fields[name]));
  return [{ changeType: before === undefined ? 'CREATE' : 'UPDATE', record, changed }];
};

/** MasterRecordId is only ever seen on deleted records. */
const setDeleted = (
  world: World,
  object: SimObject,
  index: number,
  type: 'delete' | 'undelete' | 'restore',
): readonly Happened[] => {
  const deleted = type === 'delete';
  const before = world.records.get(idOf(object, index));
  if (before === undefined || before.deleted === deleted) return [];
  const dates = type === 'restore' ? {} : { modifiedSecond: world.second, stampedSecond: world.second };
  const fields = 'MasterRecordId' in before.fields ? { ...before.fields, MasterRecordId: null } : before.fields;
  const record: SimRecord = { ...before, deleted, ...dates, fields };
  world.records.set(record.id, record);
  return [{ changeType: deleted ? 'DELETE' : 'UNDELETE', record, changed: [] }];
};

const mergeContacts = (world: World, operation: Extract<Operation, { type: 'merge' }>): readonly WireItem[] => {
  const present = (index: number): boolean => world.records.get(idOf('Contact', index))?.deleted === false;
  const losers = operation.losers.filter((index) => index !== operation.winner && present(index));
  if (!present(operation.winner) || losers.length === 0) return [];
  const winnerId = idOf('Contact', operation.winner);
  const lost = losers.flatMap((index) => setDeleted(world, 'Contact', index, 'delete'));
  for (const { record } of lost)
    world.records.set(record.id, { ...record, fields: { ...record.fields, MasterRecordId: winnerId } });
  const won = save(world, 'Contact', operation.winner, operation.fields);
  const moved = reparent(world, new Set(lost.map(({ record }) => record.id)), winnerId);
  return announce(world, operation, [...lost, ...won, ...(operation.tellsChildren ? moved : [])]);
};

const OWNER_FIELDS: Readonly<Partial<Record<SimObject, string>>> = {
  Order: 'BillToContactId',
  Voucher__c: 'Member__c',
};

/** Whatever is not deleted itself goes along. */
const reparent = (world: World, from: ReadonlySet<unknown>, to: string): readonly Happened[] => {
  const now = { modifiedSecond: world.second, stampedSecond: world.second };
  return [...world.records.values()].flatMap((before): readonly Happened[] => {
    const owner = OWNER_FIELDS[before.object];
    if (owner === undefined || before.deleted || !from.has(before.fields[owner])) return [];
    const record: SimRecord = { ...before, ...now, fields: { ...before.fields, [owner]: to } };
    world.records.set(record.id, record);
    return [{ changeType: 'UPDATE', record, changed: [owner] }];
  });
};

/** One event for all records to which the very same thing happened; the events of one operation are one transaction. */
const announce = (
  world: World,
  operation: { readonly via: Via; readonly sameTransaction: boolean },
  happened: readonly Happened[],
): readonly WireItem[] => {
  if (happened.length === 0) return [];
  const continued = operation.sameTransaction && world.committedSecond === world.second;
  if (!continued) {
    world.commitNumber += 1n;
    world.sequenceNumber = 0;
    world.committedSecond = world.second;
  }
  const bodies = new Map<string, Change>();
  for (const one of happened) {
    const change = changeOf(world, one);
    const key = JSON.stringify([change.object, change.changeType, change.fields, change.changedFields]);
    const sameChange = bodies.get(key);
    bodies.set(key, { ...change, recordIds: [...(sameChange?.recordIds ?? []), one.record.id] });
  }
  return [...bodies.values()].flatMap((change) => {
    world.sequenceNumber += 1;
    const allNames = Object.keys(TEMPLATES[change.object as SimObject](0));
    return eventItems({ ...change, sequenceNumber: world.sequenceNumber }, operation.via, allNames);
  });
};

const changeOf = (world: World, { changeType, record, changed }: Happened): Change => {
  const modified = { LastModifiedDate: record.modifiedSecond * 1000 };
  const whole = Object.fromEntries(Object.entries(record.fields).filter(([, value]) => value !== null));
  const updated = Object.fromEntries(changed.map((name) => [name, record.fields[name] ?? null]));
  const bodies: Readonly<Record<ChangeType, Fields>> = {
    CREATE: { ...whole, CreatedDate: record.createdSecond * 1000, ...modified },
    UNDELETE: { ...whole, CreatedDate: record.createdSecond * 1000, ...modified },
    UPDATE: { ...updated, ...modified },
    DELETE: {},
  };
  return {
    ...{ object: record.object, changeType, recordIds: [record.id], fields: bodies[changeType] },
    changedFields: changeType === 'UPDATE' ? [...changed, 'LastModifiedDate'] : [],
    committedAtMs: world.second * 1000,
    commitNumber: world.commitNumber,
    sequenceNumber: 0,
    transactionKey: `00000000-0000-4000-8000-${world.commitNumber.toString(16).padStart(12, '0').slice(-12)}`,
  };
};

/** Every record of the object as it stands, or those of them, deleted ones included. The run started at half a second past. */
const load = (
  world: World,
  object: SimObject,
  rendering: Rendering,
  startedSecondsBefore: number,
  files: number,
  of: { readonly has: (id: string) => boolean } = world.records,
): readonly WireItem[] => {
  world.loads += 1;
  const rows = [...world.records.values()].filter((record) => record.object === object && of.has(record.id)).map(rowOf);
  const executionId = `00000000-0000-4000-9000-${String(world.loads).padStart(12, '0')}`;
  const extractedAtMs = (world.second - startedSecondsBefore) * 1000 + 500;
  return fileItems(rows, { object, executionId, extractedAtMs, rendering, files });
};

const rowOf = (record: SimRecord): Fields => ({
  ...{ Id: record.id, IsDeleted: record.deleted, ...record.fields, CreatedDate: record.createdSecond * 1000 },
  ...{ LastModifiedDate: record.modifiedSecond * 1000, SystemModstamp: record.stampedSecond * 1000 },
});

const sameValue = (a: FieldValue | undefined, b: FieldValue | undefined): boolean =>
  JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
