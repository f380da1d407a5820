import { describe, expect, it } from 'vitest';
import { guessObject } from '#adapters/console/page/operate/files/guessObject.ts';

const object = (fields: Readonly<Record<string, string>>, owner: string | null = null) => ({
  ...{ role: 'member' as const, owner, fields, custom: {} },
});
const mapping = {
  objects: {
    Contact: object({ number: 'Number__c', firstName: 'FirstName', lastName: 'LastName' }),
    Order: object({ boughtOn: 'EffectiveDate', amount: 'TotalAmount' }, 'BillToContactId'),
  },
  flows: { nightly: 'Order' },
};
const row = JSON.stringify({ Id: '1', TotalAmount: 3, BillToContactId: '2' });

describe('the object of a file', () => {
  it.each([
    ['its first row says', 'order.json', '{"attributes":{"type":"Contact"}}', 'Contact'],
    ['its name says, in any case', 'contact-2026.jsonl', row, 'Contact'],
    ['the flow in its name brings', 'Nightly.gz', null, 'Order'],
    ['reads most of the fields in it', 'a.json', row, 'Order'],
  ])('is what %s', (_, name, line, expected) => {
    expect(guessObject(name, line, mapping)).toBe(expected);
  });

  it.each([
    ['says nothing known', '{"attributes":{"type":"Lead"}}'],
    ['holds few of any object’s fields', '{"LastName":"x"}'],
    ['is no JSON', 'Id,Name'],
    ['is no object', '[1]'],
    ['is not there', null],
  ])('is not guessed where the first row %s', (_, line) => {
    expect(guessObject('a.json', line, mapping)).toBeNull();
  });
});
