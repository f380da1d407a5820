import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withChecksum } from '#adapters/sample/ids.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { fromWire } from '#test/support/fromWire.ts';

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const ADA = '0038d00000Qz7AbAAJ';
const VOUCHER = withChecksum('a0V8d0000000001');
const RECEIPT = withChecksum('a0S8d0000000001');
const ACCOUNT = withChecksum('a0A8d0000000001');
const PROMOTION = withChecksum('a0P8d0000000001');
const NOON = Date.parse('2026-11-10T12:00:00Z');
const audit = { IsDeleted: false, LastModifiedDate: '2026-11-02T09:58:41.000+0000' };

const ada = {
  ...{ Id: ADA, FirstName: 'Ada', LastName: 'Roth', MemberNumber__c: 'M-1', Shoe_Size__c: 41.5 },
  ...{ Birthdate: '1990-02-28', ...audit },
};

describe('the example of a retailer with objects and fields of its own', () => {
  test('goes from wire text to the pass: custom attributes, purchases of two objects, points of a platform event', async () => {
    const billfold = fromWire(await exampleMapping('acme.ts'));
    await billfold.file('Contact', ada);
    await billfold.file('Order', {
      ...{ Id: withChecksum('8018d0000000001'), BillToContactId: ADA, Status: 'Activated', TotalAmount: 100 },
      ...{ EffectiveDate: '2026-11-01', ...audit },
    });
    // 23:30 in London is the next day in Brussels.
    await billfold.file('Store_Purchase__c', {
      ...{ Id: RECEIPT, Member__c: ADA, Total__c: '19.90', Sold_At__c: '2026-11-02T23:30:00.000+0000' },
      ...{ Receipt__c: 'R-77', Store__c: 'Ghent', Is_Return__c: false, ...audit },
    });
    await billfold.file('Promotion__c', { Id: PROMOTION, Title__c: 'Ten off', Active__c: true, ...audit });
    await billfold.file('Voucher__c', {
      ...{ Id: VOUCHER, Member__c: ADA, Promotion__c: PROMOTION, Status__c: 'Issued', Barcode__c: '540012', ...audit },
    });
    await billfold.entry('Points_Posted__e', {
      payload: {
        ...{ CreatedDate: '2026-11-02T10:04:58.120Z', Account_Id__c: ACCOUNT, Member_Id__c: ADA },
        New_Balance__c: 120,
      },
    });

    expect(billfold.aside()).toEqual([]);
    expect(billfold.passOf(ADA, NOON)).toMatchObject({
      ...{ memberNumber: 'M-1', holder: { firstName: 'Ada' }, custom: { shoeSize: '41.5' } },
      spend: { lifetime: [{ amount: '119.90', currency: 'EUR' }], purchases: 2, lastPurchaseOn: '2026-11-03' },
      promotions: [{ title: 'Ten off', custom: { barcode: '540012' } }],
      points: [{ name: null, balance: '120' }],
    });
    expect(billfold.passOf(ADA, NOON)?.custom).not.toHaveProperty('birthday');
  });

  test('follows change events of its custom object and of its custom fields', async () => {
    const billfold = fromWire(await exampleMapping('acme.ts'));
    await billfold.file('Contact', ada);
    const header = (entityName: string, id: string, changed: readonly string[]) => ({
      ...{ entityName, recordIds: [id], changeType: changed.length > 0 ? 'UPDATE' : 'CREATE', changedFields: changed },
      ...{ commitTimestamp: NOON, commitNumber: 1100638524999, sequenceNumber: 1 },
    });
    await billfold.entry('ContactChangeEvent', {
      ChangeEventHeader: header('Contact', ADA, ['Shoe_Size__c', 'LastModifiedDate']),
      ...{ Shoe_Size__c: 42, LastModifiedDate: '2026-11-10T12:00:00.000Z' },
    });
    await billfold.entry('Store_Purchase__ChangeEvent', {
      ChangeEventHeader: header('Store_Purchase__c', RECEIPT, []),
      ...{ Member__c: ADA, Total__c: 5, Sold_At__c: NOON, LastModifiedDate: '2026-11-10T12:00:00.000Z' },
    });
    expect(billfold.aside()).toEqual([]);
    expect(billfold.passOf(ADA, NOON)).toMatchObject({ custom: { shoeSize: '42' }, spend: { purchases: 1 } });
  });

  test('takes what another system observed, and the same again changes nothing', async () => {
    const billfold = fromWire(await exampleMapping('acme.ts'));
    await billfold.file('Contact', ada);
    const observed: object = JSON.parse(textOf('observation.json'));
    await billfold.entry('billfold.observation', observed);
    const pass = billfold.passOf(ADA, NOON);
    expect(pass?.spend).toMatchObject({ lifetime: [{ amount: '12.50' }], purchases: 1 });
    await billfold.entry('billfold.observation', observed);
    expect(billfold.passOf(ADA, NOON)).toEqual(pass);
    await billfold.entry('billfold.observation', {
      ...{ object: 'Store_Purchase__c', id: 'till-4:000123', observedAt: '2026-11-10T12:00:00Z', existence: 'gone' },
      fields: {},
    });
    expect(billfold.passOf(ADA, NOON)?.spend.purchases).toBe(0);
    expect(billfold.aside()).toEqual([]);
  });
});

describe('the smallest example', () => {
  test('is JSON, and makes a pass of two objects', async () => {
    const billfold = fromWire(await exampleMapping('minimal.json'));
    await billfold.file('Contact', { Id: ADA, FirstName: 'Ada', Loyalty_Number__c: 7, ...audit });
    await billfold.file('Store_Purchase__c', {
      Id: RECEIPT,
      Member__c: ADA,
      Total__c: 3,
      Sold_On__c: '2026-11-01',
      ...audit,
    });
    expect(billfold.passOf(ADA, NOON)).toMatchObject({
      memberNumber: '7',
      spend: { lifetime: [{ amount: '3.00', currency: 'GBP' }] },
    });
  });
});

describe('the Loyalty Management preset', () => {
  test('goes from wire text to the pass: tier and points as Salesforce says them', async () => {
    const billfold = fromWire(await exampleMapping('loyalty.json'));
    const [member, tier, gold, miles] = [
      '0lM8d0000004xKj',
      '0lE8d0000000001',
      '0lT8d0000000001',
      '0lz8d0000001abC',
    ].map(withChecksum) as [string, string, string, string];
    await billfold.file('LoyaltyProgramMember', { Id: member, MembershipNumber: 'L-1', ...audit });
    await billfold.file('LoyaltyMemberTier', { Id: tier, LoyaltyMemberId: member, LoyaltyTierId: gold, ...audit });
    await billfold.file('LoyaltyTier', { Id: gold, Name: 'Gold', MinimumEligibleBalance: 500, ...audit });
    await billfold.file('LoyaltyMemberCurrency', {
      ...{ Id: miles, LoyaltyMemberId: member, Name: 'Miles', PointsBalance: 120, ...audit },
    });
    await billfold.entry('LoyaltyMemberCurrencyChangeEvent', {
      ChangeEventHeader: {
        ...{ entityName: 'LoyaltyMemberCurrency', recordIds: [miles], changeType: 'UPDATE', commitTimestamp: NOON },
        ...{ commitNumber: 72784468115, sequenceNumber: 1, changedFields: ['PointsBalance', 'LastModifiedDate'] },
      },
      ...{ PointsBalance: 150, LastModifiedDate: '2026-11-10T12:00:00.000Z' },
    });
    expect(billfold.aside()).toEqual([]);
    expect(billfold.passOf(member, NOON)).toMatchObject({
      ...{ memberNumber: 'L-1', tier: { name: 'Gold', next: null, progress: 1 } },
      points: [{ name: 'Miles', balance: '150' }],
    });
  });
});

test('the examples that the documents print are these', () => {
  const readme = textOf('../../README.md');
  for (const file of ['minimal.json', 'observation.json'])
    expect(readme).toContain(`\`\`\`json\n${textOf(file)}\`\`\``);
});
