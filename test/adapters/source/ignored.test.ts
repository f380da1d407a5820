import { describe, expect, test } from 'vitest';
import { readEntry } from '#adapters/source/readEntry.ts';
import { type Mapping, retail } from '#domain/index.ts';
import { fromWire } from '#test/support/fromWire.ts';
import { ingesting, loadBytes } from '#test/support/ingesting.ts';

/** Each change of a person account comes as two events (CDC Developer Guide, "Person Accounts"): billfold needs its Contact's. */
const personAccounts: Mapping = { ...retail, ignored: ['Account'] };

const CONTACT = '0038d00000Qz7AbAAJ';
const ACCOUNT = '001Ab00000CdEfGIAV';
const AT = Date.UTC(2026, 10, 2, 10, 4, 58);

/** A change event of a person account's Account or Contact. after: seconds. */
const change = (
  object: 'Account' | 'Contact',
  changeType: string,
  body: Readonly<Record<string, unknown>> = {},
  { after = 0, header = {} }: { readonly after?: number; readonly header?: object } = {},
) => {
  const at = AT + after * 1000;
  const dated = changeType.includes('DELETE') || changeType.startsWith('GAP_') ? body : withDate(body, at);
  return {
    ChangeEventHeader: {
      ...{ entityName: object, recordIds: [object === 'Account' ? ACCOUNT : CONTACT], changeType },
      ...{ commitTimestamp: at, commitNumber: 100 + after, sequenceNumber: object === 'Account' ? 1 : 2 },
      changedFields: changeType === 'UPDATE' ? Object.keys(dated) : [],
      ...header,
    },
    ...dated,
  };
};

const withDate = (body: Readonly<Record<string, unknown>>, at: number) => ({
  ...body,
  LastModifiedDate: new Date(at).toISOString(),
});

const created = [
  change('Account', 'CREATE', { PersonEmail: 'zoe@example.test', PersonContactId: CONTACT }),
  change('Contact', 'CREATE', {
    ...{ MemberNumber__c: 'M-1', AccountId: ACCOUNT, IsPersonAccount: true, Name: { LastName: 'Roth' } },
  }),
];
const later = { after: 60 };

describe('a person account, of whose changes two events tell', () => {
  test.each<readonly [string, readonly object[], readonly string[]]>([
    ['its creation enrols one member', [], []],
    [
      'a change of the contact is told once',
      [change('Account', 'UPDATE', {}, later), change('Contact', 'UPDATE', { Email: 'z@example.test' }, later)],
      ['MemberDetailsChanged'],
    ],
    [
      'a change of the account alone says nothing: its contact brings a date and no more',
      [change('Account', 'UPDATE', { Industry: 'Retail' }, later), change('Contact', 'UPDATE', {}, later)],
      [],
    ],
    [
      'a deletion of both withdraws the member',
      [change('Account', 'DELETE', {}, later), change('Contact', 'DELETE', {}, later)],
      ['MemberWithdrawn'],
    ],
    ['a gap of the account alone is nobody’s', [change('Account', 'GAP_UPDATE', {}, later)], []],
  ])('%s', async (_, news, expected) => {
    for (const order of [news, news.toReversed()]) {
      const service = fromWire(personAccounts);
      for (const detail of [...created, ...order]) await service.entry('ChangeEvent', detail);
      expect(service.eventsOf(CONTACT)).toEqual(['MemberEnrolled', ...expected]);
      expect(service.aside()).toEqual([]);
    }
  });
});

describe('an object that the mapping ignores', () => {
  test.each<readonly [string, object]>([
    ['a change', change('Account', 'UPDATE', { Industry: 'Retail' })],
    ['a change from Event Relay', { payload: change('Account', 'CREATE', { Name: 'Roth' }) }],
    ['an overflow', change('Account', 'GAP_OVERFLOW', {}, { header: { recordIds: ['000000000000000AAA'] } })],
    ['what could not be read', change('Account', 'UPDATE', {}, { header: { changedFields: ['0x400800'] } })],
  ])('is passed over: %s', (_, detail) => {
    expect(readEntry(personAccounts, { detail, 'detail-type': 'AccountChangeEvent' }, 'event-1')).toEqual({
      ...{ observations: [], objectGaps: [], faults: [] },
    });
  });

  test('an object that it does not name is a mistake', () => {
    const detail = change('Account', 'CREATE');
    expect(readEntry(retail, { detail }, 'event-1').faults).toMatchObject([
      { path: 'detail.ChangeEventHeader.entityName' },
    ]);
  });

  test.each([
    ['rows', `{"Id":"${ACCOUNT}"}\n{"Id":"${CONTACT}"}\n`, 2],
    ['nothing readable', 'Id,Name\n', 1],
    ['nothing at all', '', 0],
  ])('a file of it is counted and passed over, with %s in it', async (_, text, rows) => {
    const { report, merged, aside } = await loadBytes('Account', Buffer.from(text), ingesting(personAccounts));
    expect(report).toEqual({ rows, quarantined: 0, recordsChanged: 0, eventsAppended: 0, audit: {} });
    expect([...merged, ...aside]).toEqual([]);
  });
});
