import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { describe, expect, test } from 'vitest';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import type { InputFault } from '#adapters/source/fault.ts';
import { rowReader } from '#adapters/source/row.ts';
import { type Observation, retail } from '#domain/index.ts';

const ID = '8018d0000000001AAA';
const MODIFIED = '2026-11-02T09:58:41.000+0000';
const MODIFIED_AT = Date.UTC(2026, 10, 2, 9, 58, 41);
const EXTRACTION = { at: MODIFIED_AT + 60_000, known: true };
const CANARY = 'Zx9-canary';

/** A row of whatever object, as JSON text: what it says about itself unless it says otherwise. */
const read = (object: string, fields: string, extraction = EXTRACTION): E.Either<InputFault, Observation> => {
  const reader = rowReader(retail, object, extraction, 'file');
  if (O.isNone(reader)) throw new Error(`no mapping for ${object}`);
  const sound = `"Id":"${ID}","LastModifiedDate":"${MODIFIED}"`;
  return reader.value(parseExactJson(`{${sound}${fields === '' ? '' : `,${fields}`}}`), 7);
};
const observed = (object: string, fields: string, extraction = EXTRACTION): Observation => {
  const row = read(object, fields, extraction);
  if (E.isLeft(row)) throw new Error(`${row.left.path}: ${row.left.expected}`);
  return row.right;
};

describe('a row', () => {
  test('says every mapped field: absent, null and "" are empty', () => {
    const empty = observed('Order', '"TotalAmount":null,"Status":"","EffectiveDate":" "').fields;
    expect(empty).toEqual({
      ...{ OrderNumber: null, EffectiveDate: null, Status: null, TotalAmount: null, CurrencyIsoCode: null },
      ...{ IsReductionOrder: null, OriginalOrderId: null, BillToContactId: null },
    });
  });

  test('says nothing of fields that are not mapped', () => {
    expect(Object.keys(observed('Order', '"Description":"x","Pricebook2Id":7').fields)).not.toContain('Description');
  });

  test.each<readonly [string, string, readonly string[], string]>([
    ['Order', 'TotalAmount', ['12.5', '"12.50"', '1.25e1'], '12.5'],
    ['Order', 'TotalAmount', ['1', '"1"', '1.0'], '1'],
    ['Order', 'TotalAmount', ['90071992547409.93', '"90071992547409.93"'], '90071992547409.93'],
    ['Order', 'IsReductionOrder', ['true', '"true"', '1', '"1"'], 'true'],
    [
      'Order',
      'EffectiveDate',
      ['"2026-03-04"', '"2026-03-04T00:00:00.000+0000"', '1772582400000', '"1772582400000"'],
      '2026-03-04',
    ],
    ['Order', 'BillToContactId', ['"0038d00000Qz7AbAAJ"', '"0038d00000Qz7Ab"'], '0038d00000Qz7AbAAJ'],
    ['Order', 'OrderNumber', ['"00000101"'], '00000101'],
    ['Contact', 'MemberNumber__c', ['17', '"17"'], '17'],
  ])('%s.%s is read in each rendering', (object, field, jsons, value) => {
    for (const json of jsons) expect(observed(object, `"${field}":${json}`).fields[field]).toBe(value);
  });

  test.each([
    ['flat, beside the name as a text', '"FirstName":"Ines","LastName":"Roth","Name":"Ines Roth"'],
    ['inside the compound', '"Name":{"Salutation":"Ms.","FirstName":"Ines","LastName":"Roth"}'],
    ['inside the compound, lower camel case', '"Name":{"firstName":"Ines","lastName":"Roth"}'],
    ['flat before compound', '"FirstName":"Ines","LastName":"Roth","Name":{"FirstName":"Other","LastName":"Other"}'],
  ])('holds a person’s name %s', (_, json) => {
    expect(observed('Contact', json).fields).toMatchObject({ FirstName: 'Ines', LastName: 'Roth' });
  });

  test('takes its id in 15 or 18 characters', () => {
    expect(observed('Order', '"Id":"8018d0000000001"').record).toEqual({ object: 'Order', id: ID });
    expect(observed('Order', `"Id":" ${ID} "`).record.id).toBe(ID);
  });

  test('is dated the same in every rendering of its dates', () => {
    const stamps = [
      `"${MODIFIED}"`,
      '"2026-11-02T09:58:41Z"',
      '"2026-11-02T10:58:41.000+01:00"',
      `${MODIFIED_AT}`,
      `"${MODIFIED_AT}"`,
    ].map((json) => observed('Order', `"LastModifiedDate":${json}`).stamp);
    expect(new Set(stamps)).toEqual(new Set([observed('Order', '').stamp]));
  });

  test('may be dated by SystemModstamp alone', () => {
    expect(observed('Order', `"LastModifiedDate":null,"SystemModstamp":"${MODIFIED}"`).stamp).toBe(
      observed('Order', '').stamp,
    );
  });

  test.each([
    ['true', 'gone'],
    ['"true"', 'gone'],
    ['1', 'gone'],
    ['"1"', 'gone'],
    ['false', 'exists'],
    ['"0"', 'exists'],
    ['null', 'exists'],
    ['""', 'exists'],
  ])('whose IsDeleted is %s %s', (json, says) => {
    expect(observed('Order', `"IsDeleted":${json}`).existence?.says).toBe(says);
  });

  test('closes gaps only where the time of its extraction is truly known', () => {
    expect(observed('Order', '').reReadAt).toBe(EXTRACTION.at);
    expect(observed('Order', '', { ...EXTRACTION, known: false }).reReadAt).toBeNull();
  });

  test('remembers where it came from', () => {
    expect(observed('Order', '')).toMatchObject({ origin: { type: 'file', file: 'file', offset: 7 }, lane: 'bulk' });
  });
});

describe('a row that cannot be read', () => {
  test.each<readonly [string, string, string, RegExp]>([
    ['Order', `"Id":"${CANARY}"`, 'Order.Id', /15 or 18/],
    ['Order', '"Id":null', 'Order.Id', /15 or 18/],
    ['Order', '"Id":8018', 'Order.Id', /15 or 18/],
    ['Order', `"LastModifiedDate":"${CANARY}"`, 'Order.LastModifiedDate', /date and time/],
    ['Order', '"LastModifiedDate":null', 'Order.LastModifiedDate', /date and time/],
    ['Order', '"LastModifiedDate":-1', 'Order.LastModifiedDate', /date and time/],
    // A stamp has ten digits for the second: later ones would order before earlier ones.
    ['Order', '"LastModifiedDate":10000000000000', 'Order.LastModifiedDate', /date and time/],
    ['Order', `"SystemModstamp":"${CANARY}"`, 'Order.SystemModstamp', /date and time/],
    ['Order', `"IsDeleted":"${CANARY}"`, 'Order.IsDeleted', /true or false/],
    ['Order', `"TotalAmount":"${CANARY}"`, 'Order.TotalAmount', /decimal/],
    ['Order', '"TotalAmount":true', 'Order.TotalAmount', /decimal/],
    ['Order', `"EffectiveDate":"${CANARY}"`, 'Order.EffectiveDate', /date/],
    ['Order', `"IsReductionOrder":"${CANARY}"`, 'Order.IsReductionOrder', /true or false/],
    ['Order', `"BillToContactId":"${CANARY}"`, 'Order.BillToContactId', /15 or 18/],
    ['Order', `"Status":{"is":"${CANARY}"}`, 'Order.Status', /text/],
    ['Contact', `"Email":["${CANARY}"]`, 'Contact.Email', /text/],
    ['Contact', `"Name":{"FirstName":{"is":"${CANARY}"}}`, 'Contact.FirstName', /text/],
  ])('%s with %s says where and what was expected, never the value', (object, fields, path, expected) => {
    const row = read(object, fields);
    expect(row).toEqual(E.left({ path, expected: expect.stringMatching(expected) }));
    expect(JSON.stringify(row)).not.toContain(CANARY);
  });

  test.each(['[]', '"row"', '7', 'null', 'true'])('is %s', (json) => {
    const reader = O.toNullable(rowReader(retail, 'Order', EXTRACTION, 'file'))!;
    expect(reader(parseExactJson(json), 0)).toEqual(
      E.left({ path: 'Order', expected: 'expected a JSON object on each line' }),
    );
  });

  test.each(['Lead', 'constructor', '__proto__'])('is of no mapped object: %s', (object) => {
    expect(rowReader(retail, object, EXTRACTION, 'file')).toEqual(O.none);
  });
});
