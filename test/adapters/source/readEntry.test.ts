import { describe, expect, test } from 'vitest';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { type ReadEntry, readEntry } from '#adapters/source/readEntry.ts';
import { field, type Mapping, type PlatformEventMapping, retail } from '#domain/index.ts';

const ID = '0038d00000Qz7AbAAJ';
const RECORD = 'a0S000000000001AAA';
const AT = '2026-11-02T10:04:58.120Z';
const told: PlatformEventMapping = {
  ...{ object: 'Points__c', id: 'Record__c', stamp: 'CreatedDate', kind: 'changed' },
  fields: { New_Balance__c: 'Balance__c', Who__c: 'Member__c' },
};
const mapping: Mapping = {
  ...retail,
  objects: {
    ...retail.objects,
    Points__c: {
      ...{ role: 'points', owner: 'Member__c' },
      fields: { balance: field('Balance__c', 'decimal'), name: field('Name', 'text') },
    },
  },
  platformEvents: {
    Points_Posted__e: told,
    Points_Stated__e: { ...told, kind: 'whole' },
    Points_Closed__e: { ...told, kind: 'deleted' },
  },
};
const read = (detailType: unknown, detail: unknown): ReadEntry =>
  readEntry(mapping, { 'detail-type': detailType, detail }, 'event-1');
const posted = { CreatedDate: AT, CreatedById: ID, Record__c: RECORD, New_Balance__c: 120, Who__c: ID };

describe('an entry is read by its detail-type', () => {
  test('an event that is ignored by its name is passed over: it goes elsewhere by a route of its own', () => {
    const ignoring: Mapping = { ...mapping, ignored: ['Receipt_Printed__e'] };
    const entry = { 'detail-type': 'Receipt_Printed__e', detail: { payload: { CreatedDate: AT } } };
    expect(readEntry(ignoring, entry, 'event-1')).toEqual({ observations: [], faults: [] });
    expect(readEntry(mapping, entry, 'event-1').faults).toHaveLength(1);
  });

  test.each([
    ['AppFlow', posted],
    ['Event Relay', { payload: posted, event: { replayId: 184467 }, schemaId: 'x' }],
  ])('a mapped platform event from %s', (_, detail) => {
    const { observations, faults } = read('Points_Posted__e', detail);
    expect(faults).toEqual([]);
    expect(observations).toMatchObject([
      { record: { object: 'Points__c', id: RECORD }, existence: null, fields: { Balance__c: '120', Member__c: ID } },
    ]);
  });

  test('whichever way it came, it is the same', () => {
    expect(read('Points_Posted__e', posted)).toEqual(read('Points_Posted__e', { payload: posted }));
  });

  test.each<readonly [string, object, object]>([
    ['Points_Posted__e', { fields: { Balance__c: '120' } }, { existence: null }],
    ['Points_Stated__e', { fields: { Balance__c: '120', Member__c: null } }, { existence: { says: 'exists' } }],
    ['Points_Closed__e', { fields: {} }, { existence: { says: 'gone' } }],
  ])('%s says what its kind says of an empty field', (name, fields, existence) => {
    const { observations } = read(name, { ...posted, Who__c: null });
    expect(observations).toMatchObject([{ ...fields, ...existence }]);
    expect(observations[0]?.fields).toEqual((fields as { fields: object }).fields);
  });

  test('a later platform event of one second outranks an earlier one', () => {
    const [first] = read('Points_Posted__e', posted).observations;
    const [second] = read('Points_Posted__e', { ...posted, CreatedDate: '2026-11-02T10:04:58.121Z' }).observations;
    expect(second!.stamp > first!.stamp).toBe(true);
  });

  test.each([
    ['an unmapped event', 'Other__e', { Record__c: RECORD }, 'detail.ChangeEventHeader'],
    ['a name that objects have by birth', 'constructor', {}, 'detail.ChangeEventHeader'],
    ['no detail-type', undefined, {}, 'detail.ChangeEventHeader'],
    ['no body', 'Points_Posted__e', null, 'detail'],
    ['no id', 'Points_Posted__e', { ...posted, Record__c: null }, 'detail.Record__c'],
    ['no date', 'Points_Posted__e', { payload: { ...posted, CreatedDate: 'soon' } }, 'detail.payload.CreatedDate'],
    ['a balance that is none', 'Points_Posted__e', { ...posted, New_Balance__c: 'much' }, 'detail.New_Balance__c'],
  ])('%s is refused, with its place', (_, detailType, detail, path) => {
    expect(read(detailType, detail)).toMatchObject({ observations: [], faults: [{ path }] });
  });
});

describe('an observation of another system', () => {
  const observed = { object: 'Points__c', id: 'till:7', observedAt: AT, fields: { Balance__c: '1.50', Name: null } };
  const of = (more: object): ReadEntry => read('billfold.observation', { ...observed, ...more });

  test('says the fields it names, null as empty, and of existence nothing unless it does', () => {
    expect(of({})).toMatchObject({
      faults: [],
      observations: [
        {
          record: { object: 'Points__c', id: 'till:7' },
          existence: null,
          fields: { Balance__c: '1.5', Name: null },
          lane: 'live',
        },
      ],
    });
    expect(of({ existence: 'gone' }).observations).toMatchObject([{ existence: { says: 'gone' } }]);
  });

  test('of a Salesforce record may name it in 15 characters', () => {
    expect(of({ id: ID.slice(0, 15) }).observations).toMatchObject([{ record: { id: ID } }]);
  });

  test('is ordered within a second by its position, exactly', () => {
    const at = (position: string) =>
      read('billfold.observation', parseExactJson(JSON.stringify(observed).replace('{', `{"position":${position},`)));
    const [a, b] = ['1652977933433528300', '1652977933433528301'].map(
      (position) => at(position).observations[0]?.stamp,
    );
    expect(a! < b!).toBe(true);
    expect(at('7').observations).toEqual(at('"7"').observations);
  });

  test.each<readonly [string, object, string]>([
    ['an unknown key', { fild: 1 }, 'detail'],
    ['an object that is not mapped', { object: 'constructor' }, 'detail.object'],
    ['no object', { object: undefined }, 'detail.object'],
    ['an id that is none', { id: 'a/b' }, 'detail.id'],
    ['no date', { observedAt: 'yesterday' }, 'detail.observedAt'],
    ['a position that is no whole number', { position: 1.5 }, 'detail.position'],
    ['an existence of its own', { existence: 'maybe' }, 'detail.existence'],
    ['fields that are none', { fields: [] }, 'detail.fields'],
    ['a field that the mapping does not read', { fields: { Secret: 1 } }, 'detail.fields'],
    ['a value that is none', { fields: { Balance__c: 'much' } }, 'detail.fields.Balance__c'],
  ])('with %s is refused, with its place and never its value', (_, more, path) => {
    const { observations, faults } = of(more);
    expect(observations).toEqual([]);
    expect(faults).toMatchObject([{ path }]);
    expect(JSON.stringify(faults)).not.toMatch(/Secret|much|maybe|yesterday/);
  });
});
