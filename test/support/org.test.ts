import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { salesforceId, withChecksum } from '#adapters/sample/ids.ts';
import { DEFAULT_MEMBERS, sampleOrg, sampleYear } from '#adapters/sample/org.ts';
import { trickle } from '#adapters/sample/trickle.ts';
import { type Fields, isNumeral } from '#adapters/sample/wire.ts';
import { REDUCTION_INDEX } from '#test/support/operations.ts';
import {
  historyArb,
  idOf,
  lossyDeliveryArb,
  type Operation,
  play,
  randomHistory,
  type SimObject,
  shuffleDuplicateArb,
} from '#test/support/org.ts';
import { todayIn, truth } from '#test/support/truth.ts';

const UNTIL = Date.UTC(2026, 10, 21, 12);
const member = idOf('Contact', 0);

const save = (object: SimObject, fields: Fields, indexes: readonly number[] = [0], afterSeconds = 1): Operation => ({
  ...{ type: 'save', object, fields, indexes, afterSeconds, via: 'appflow', sameTransaction: false },
});
const enrolled = save('Contact', { MemberNumber__c: 'M-1', FirstName: 'Zoë', LastName: 'Roth' });
const order = (index: number, numeral: string, fields: Fields = {}): Operation =>
  save(
    'Order',
    { BillToContactId: member, Status: 'Activated', EffectiveDate: '2024-02-01', TotalAmount: { numeral }, ...fields },
    [index],
  );
const voucher = (fields: Fields): Operation =>
  save('Voucher__c', { Member__c: member, Title__c: 'Thank you', ...fields });
const passOn = (today: string, ...history: readonly Operation[]) => truth(play(history).org, today).get(member);

describe('salesforce ids', () => {
  it.each([
    '0038d00000Qz7AbAAJ',
    '0lM8d0000004xKjEAI',
    '001Ab00000CdEfGIAV',
    '0lz8d0000001abCAAQ',
    '000000000000000AAA',
  ])('the suffix of %s follows from its first fifteen characters', (id) =>
    expect(withChecksum(id.slice(0, 15))).toBe(id),
  );

  it('different serials have different ids', () => {
    const ids = Array.from({ length: 20_000 }, (_, serial) => salesforceId('Order', serial * 31));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the truth', () => {
  it('a contact that is only named by an order is provisional', () => {
    expect(passOn('2024-03-01', order(0, '10'))).toBeNull();
  });

  it('a member without a number, or whose contact is gone, is withdrawn; its fields follow the records', () => {
    expect(passOn('2024-03-01', enrolled)?.status).toBe('active');
    expect(passOn('2024-03-01', enrolled, save('Contact', { MemberNumber__c: null }))).toMatchObject({
      status: 'withdrawn',
      memberNumber: null,
    });
    const gone: Operation = {
      type: 'delete',
      object: 'Contact',
      indexes: [0],
      afterSeconds: 0,
      via: 'appflow',
      sameTransaction: false,
    };
    expect(passOn('2024-03-01', enrolled, gone)).toMatchObject({
      status: 'withdrawn',
      memberNumber: 'M-1',
      holder: { firstName: 'Zoë' },
    });
    expect(passOn('2024-03-01', enrolled, gone, { ...gone, type: 'undelete' })?.status).toBe('active');
  });

  it('on 29 February the twelve months start after 28 February', () => {
    const history = [
      enrolled,
      order(0, '10', { EffectiveDate: '2023-02-28' }),
      order(1, '20', { EffectiveDate: '2023-03-01' }),
    ];
    expect(passOn('2024-02-29', ...history)?.spend.last12Months).toEqual([{ amount: '20.00', currency: 'EUR' }]);
    expect(passOn('2024-02-27', ...history)?.spend.last12Months).toEqual([{ amount: '30.00', currency: 'EUR' }]);
    expect(passOn('2025-03-01', ...history)?.spend.last12Months).toEqual([]);
    expect(passOn('2024-02-29', ...history)?.spend.lifetime).toEqual([{ amount: '30.00', currency: 'EUR' }]);
  });

  it('yen have no decimals, and an amount finer than its currency does not count', () => {
    const yen = (numeral: string) =>
      passOn('2024-03-01', enrolled, order(0, numeral, { CurrencyIsoCode: 'JPY' }))?.spend;
    expect(yen('1200.0')?.lifetime).toEqual([{ amount: '1200', currency: 'JPY' }]);
    expect(yen('1200.5')).toEqual({ lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null });
  });

  it('a reduction order subtracts its absolute amount and is not a purchase', () => {
    const pass = passOn(
      '2024-03-01',
      enrolled,
      order(0, '100.0'),
      order(REDUCTION_INDEX, '-12.50', { EffectiveDate: '2024-02-20' }),
    );
    expect(pass?.spend).toMatchObject({
      lifetime: [{ amount: '87.50', currency: 'EUR' }],
      purchases: 1,
      lastPurchaseOn: '2024-02-01',
    });
    const owing = passOn('2024-03-01', enrolled, order(REDUCTION_INDEX, '20'));
    expect(owing?.tier).toEqual({
      name: 'Member',
      qualifyingSpend: { amount: '-20.00', currency: 'EUR' },
      next: { name: 'Silver', threshold: '500.00', remaining: '520.00' },
      progress: 0,
    });
  });

  it('progress is rounded down', () => {
    const tier = (numeral: string) => passOn('2024-03-01', enrolled, order(0, numeral))?.tier;
    expect(tier('499.99')).toMatchObject({ name: 'Member', progress: 0.99, next: { remaining: '0.01' } });
    expect(tier('500')).toMatchObject({ name: 'Silver', progress: 0, next: { name: 'Gold', threshold: '2000.00' } });
    expect(tier('935')?.progress).toBe(0.29);
    expect(tier('5000')).toMatchObject({ name: 'Platinum', progress: 1, next: null });
  });

  it('a grant expires from six days before its last day, and is available through that day', () => {
    const states = (today: string) =>
      passOn(today, enrolled, voucher({ ValidTo__c: '2024-03-07' }))?.promotions.map((grant) => grant.state);
    expect(states('2024-02-29')).toEqual(['available']);
    expect(states('2024-03-01')).toEqual(['expiring']);
    expect(states('2024-03-07')).toEqual(['expiring']);
    expect(states('2024-03-08')).toEqual([]);
  });

  it('a grant needs its definition only once that is known', () => {
    const granted = voucher({ Promotion__c: idOf('Promotion__c', 0), Title__c: null, Value__c: { numeral: '5' } });
    const titles = (...definition: readonly Operation[]) =>
      passOn('2024-03-01', enrolled, granted, ...definition)?.promotions.map((grant) => grant.title);
    expect(titles()).toEqual([null]);
    expect(titles(save('Promotion__c', { Title__c: 'Frühlingsfest', EndsOn__c: '2024-03-01' }))).toEqual([
      'Frühlingsfest',
    ]);
    expect(titles(save('Promotion__c', { EndsOn__c: '2024-02-29' }))).toEqual([]);
    expect(titles(save('Promotion__c', { Active__c: false }))).toEqual([]);
  });

  it('the day depends on the zone', () => {
    expect(todayIn(Date.UTC(2024, 1, 28, 23, 30))).toBe('2024-02-28');
    expect(todayIn(Date.UTC(2024, 1, 28, 23, 30), 'Europe/Brussels')).toBe('2024-02-29');
  });
});

const FLAT: Readonly<Record<string, string>> = {
  'Name.Salutation': 'Salutation',
  'Name.FirstName': 'FirstName',
  'Name.LastName': 'LastName',
  'MailingAddress.City': 'MailingCity',
  'MailingAddress.PostalCode': 'MailingPostalCode',
};

const flat = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(body).flatMap(([name, value]): readonly (readonly [string, unknown])[] =>
      name === 'Name' || name === 'MailingAddress'
        ? Object.entries(value as object).map(([part, inner]) => [FLAT[`${name}.${part}`] ?? part, inner] as const)
        : [[name, value]],
    ),
  );

/** Into whom a contact was merged. */
const ONLY_IN_ROWS = 'MasterRecordId';

/** A gap says nothing from which anything could be rebuilt, nor does a silent move. */
const toldInFull = (operation: Operation): Operation => {
  const told = operation.type === 'merge' ? { ...operation, tellsChildren: true } : operation;
  return 'via' in told && (told.via === 'gap' || told.via === 'overflow') ? { ...told, via: 'appflow' } : told;
};

describe('the simulated feeds', () => {
  const detailsOf = (...history: readonly Operation[]) =>
    play(history).feeds.flatMap((item) => (item.type === 'event' ? [item.entry.Detail] : []));

  it('an update names what changed, nests it as the feed does, and writes cleared fields as null', () => {
    const [, update] = detailsOf(
      enrolled,
      save('Contact', { FirstName: null, LastName: 'Roth', Email: 'z@example.test' }),
    );
    expect(JSON.parse(update ?? '')).toMatchObject({
      ChangeEventHeader: {
        changeType: 'UPDATE',
        recordIds: [member],
        changedFields: ['Name.FirstName', 'Email', 'LastModifiedDate'],
      },
      Name: { FirstName: null },
      Email: 'z@example.test',
      LastModifiedDate: '2024-02-28T23:59:52.000Z',
    });
  });

  it('the same change of two records is one event; what comes after it in the transaction has the next sequence number', () => {
    const together = save('Contact', { LastName: 'Roth', MemberNumber__c: 'M-2' }, [0, 1]);
    const next: Operation = {
      ...save('Contact', { Email: 'z@example.test' }, [0], 0),
      sameTransaction: true,
    } as Operation;
    const headers = detailsOf(together, next).map((detail) => JSON.parse(detail).ChangeEventHeader);
    expect(headers).toMatchObject([
      { recordIds: [member, idOf('Contact', 1)], sequenceNumber: 1 },
      { recordIds: [member], sequenceNumber: 2 },
    ]);
  });

  describe('a merge of contacts', () => {
    const merge = (tellsChildren: boolean): Operation => ({
      ...{ type: 'merge', winner: 0, losers: [1, 2], fields: { Email: 'z@example.test' }, tellsChildren },
      ...{ afterSeconds: 5, via: 'appflow', sameTransaction: false },
    });
    const before = [
      save('Contact', { MemberNumber__c: 'M-1' }, [0, 1, 2]),
      order(0, '10', { BillToContactId: idOf('Contact', 1) }),
      order(1, '20', { BillToContactId: idOf('Contact', 2) }),
      voucher({ Member__c: idOf('Contact', 2) }),
    ];
    const toldOf = (tellsChildren: boolean) =>
      detailsOf(...before, merge(tellsChildren))
        .slice(detailsOf(...before).length)
        .map((detail) => JSON.parse(detail));

    it('is one header-only deletion of all losers, an update of the winner and, if told, one of what they owned', () => {
      const [lost, won, orders, vouchers] = toldOf(true);
      const losers = [idOf('Contact', 1), idOf('Contact', 2)];
      expect(Object.keys(lost)).toEqual(['ChangeEventHeader']);
      expect(lost.ChangeEventHeader).toMatchObject({ changeType: 'DELETE', recordIds: losers });
      expect(won.ChangeEventHeader).toMatchObject({ changeType: 'UPDATE', recordIds: [member] });
      expect(orders).toMatchObject({
        ChangeEventHeader: {
          recordIds: [idOf('Order', 0), idOf('Order', 1)],
          changedFields: ['BillToContactId', 'LastModifiedDate'],
        },
        BillToContactId: member,
      });
      expect(vouchers).toMatchObject({ ChangeEventHeader: { entityName: 'Voucher__c' }, Member__c: member });
    });

    it('untold, moves what the losers owned all the same, and its dates', () => {
      expect(toldOf(false)).toHaveLength(2);
      const { org } = play([...before, merge(false)]);
      for (const id of [idOf('Order', 0), idOf('Order', 1)])
        expect(org.records.get(id)).toMatchObject({
          fields: { BillToContactId: member },
          modifiedSecond: org.second,
        });
      expect(truth(org, '2024-03-01').get(member)?.spend.purchases).toBe(2);
    });

    it('names the winner on the rows of the losers for as long as they are deleted', () => {
      const restored: Operation = {
        ...{ type: 'undelete', object: 'Contact', indexes: [2], afterSeconds: 5, via: 'appflow' },
        sameTransaction: false,
      };
      const { org } = play([...before, merge(false), restored]);
      const mastersOf = [0, 1, 2].map((index) => org.records.get(idOf('Contact', index))?.fields.MasterRecordId);
      expect(mastersOf).toEqual([null, member, null]);
    });
  });

  it('a quiet restore moves no date', () => {
    const gone = { object: 'Contact', indexes: [0], afterSeconds: 60, via: 'appflow', sameTransaction: false } as const;
    const { org, feeds } = play([enrolled, { ...gone, type: 'delete' }, { ...gone, type: 'restore' }]);
    expect(feeds).toHaveLength(3);
    expect(org.records.get(member)).toMatchObject({ deleted: false, modifiedSecond: org.second - 60 });
  });

  it('applied in their order, the events alone rebuild the org', () => {
    fc.assert(
      fc.property(historyArb(), (history) => {
        const known = new Map<string, { deleted: boolean; fields: Record<string, unknown> }>();
        for (const detail of detailsOf(...history.map(toldInFull))) {
          const { payload, ...direct } = JSON.parse(detail);
          const { ChangeEventHeader: header, ...body } = payload ?? direct;
          const said = Object.entries(flat(body));
          const named = header.changedFields.map((name: string) => FLAT[name] ?? name);
          for (const id of header.recordIds) {
            const before = known.get(id)?.fields ?? {};
            const news = header.changeType === 'UPDATE' ? said.filter(([name]) => named.includes(name)) : said;
            const deleted = header.changeType === 'DELETE';
            known.set(id, { deleted, fields: deleted ? before : { ...before, ...Object.fromEntries(news) } });
          }
        }
        for (const record of play(history).org.records.values()) {
          const { deleted, fields } = known.get(record.id) ?? { deleted: null, fields: null };
          expect(deleted).toBe(record.deleted);
          for (const [name, value] of Object.entries(record.fields).filter(([name]) => name !== ONLY_IN_ROWS))
            expect(fields?.[name] ?? null).toEqual(value !== null && isNumeral(value) ? Number(value.numeral) : value);
        }
      }),
    );
  });

  it('commit numbers rise by one where doubles cannot tell', () => {
    const numbers = detailsOf(enrolled, order(0, '1'), order(1, '2')).map(
      (detail) => /"commitNumber":(\d+)/.exec(detail)?.[1],
    );
    expect(numbers).toEqual(['1652977933433528301', '1652977933433528302', '1652977933433528303']);
  });

  it('amounts keep their digits', () => {
    expect(detailsOf(order(0, '90071992547409.93'))[0]).toContain('"TotalAmount":90071992547409.93,');
  });

  it('every record of the org is in the final load, with its deletion flag', () => {
    fc.assert(
      fc.property(historyArb(), (history) => {
        const { org, finalLoad } = play(history);
        const rows = finalLoad
          .flatMap((item) => (item.type === 'file' ? item.text.trimEnd().split('\n') : []))
          .map((line) => JSON.parse(line));
        expect(new Map(rows.map((row) => [row.Id, row.IsDeleted]))).toEqual(
          new Map([...org.records.values()].map((r) => [r.id, r.deleted])),
        );
      }),
    );
  });

  it('the same seed plays the same history, and histories meet: something is deleted, moved, repeated in one second', () => {
    const drawn = Array.from({ length: 30 }, (_, seed) => randomHistory(historyArb(), seed));
    expect(Array.from({ length: 30 }, (_, seed) => play(randomHistory(historyArb(), seed)))).toEqual(
      drawn.map((history) => play(history)),
    );
    const said = drawn.flatMap((history) => detailsOf(...history)).join('\n');
    for (const type of ['CREATE', 'UPDATE', 'DELETE', 'UNDELETE']) expect(said).toContain(`"changeType":"${type}"`);
    expect(said).toMatch(/"changedFields":\[[^\]]*"BillToContactId"/);
    expect(
      drawn.some((history) => [...play(history).org.records.values()].some(({ fields }) => fields.MasterRecordId)),
    ).toBe(true);
  });

  it('a delivery holds every item at least once; a lossy one at least the final load', () => {
    const played = play([enrolled, order(0, '1'), order(1, '2')]);
    const all = [...played.feeds, ...played.finalLoad];
    fc.assert(
      fc.property(shuffleDuplicateArb(all), (delivered) => {
        expect(new Set(delivered)).toEqual(new Set(all));
      }),
    );
    fc.assert(
      fc.property(lossyDeliveryArb(played), (delivered) => {
        expect(delivered).toEqual(expect.arrayContaining([...played.finalLoad]));
      }),
    );
    expect(fc.sample(shuffleDuplicateArb([]), 1)).toEqual([[]]);
  });
});

describe('the sample org', () => {
  const options = { seed: 7, members: DEFAULT_MEMBERS, until: UNTIL };
  const { steps, records } = sampleYear(options);
  const changes = steps
    .flatMap((step) => (step.type === 'events' ? step.entries : []))
    .map((entry) => {
      const detail = JSON.parse(entry.Detail);
      return { entry, body: detail.payload ?? detail };
    });

  it('is the same for the same seed, and another for another', () => {
    expect(sampleOrg(options)).toEqual(steps);
    expect(sampleOrg({ ...options, seed: 8 })).not.toEqual(steps);
  });

  it('is a year in order, of about 3,000 records, 10 files and 250 events', () => {
    expect(steps.map((step) => step.at)).toEqual(steps.map((step) => step.at).sort((a, b) => a - b));
    expect(steps[0]?.at).toBe(UNTIL - 365 * 86_400_000);
    expect(steps.at(-1)?.at).toBeLessThanOrEqual(UNTIL);
    expect(steps.filter((step) => step.type === 'file')).toHaveLength(10);
    expect(records.size).toBeGreaterThan(2500);
    expect(records.size).toBeLessThan(3500);
    expect(changes.length).toBeGreaterThan(200);
    expect(changes.length).toBeLessThan(300);
  });

  it('has every kind of change, both envelopes and an event about two records', () => {
    expect(new Set(changes.map(({ body }) => body.ChangeEventHeader.changeType))).toEqual(
      new Set(['CREATE', 'UPDATE', 'DELETE', 'UNDELETE']),
    );
    expect(new Set(changes.map(({ entry }) => entry.Source)).size).toBe(2);
    expect(changes.some(({ body }) => body.ChangeEventHeader.recordIds.length === 2)).toBe(true);
    expect(changes.some(({ body }) => body.Email === null)).toBe(true);
  });

  it('what the feeds said last of each record is how the record stands', () => {
    const said = new Map<string, string>();
    const say = (id: string, modified: string | number, deleted: boolean) =>
      said.set(id, `${new Date(modified).toISOString()} ${deleted}`);
    for (const step of steps) {
      if (step.type === 'file')
        for (const row of step.lines
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line)))
          say(row.Id, row.LastModifiedDate, row.IsDeleted);
      else
        for (const entry of step.entries) {
          const detail = JSON.parse(entry.Detail);
          const { ChangeEventHeader: header } = detail.payload ?? detail;
          for (const id of header.recordIds) say(id, header.commitTimestamp, header.changeType === 'DELETE');
        }
    }
    const stands = [...records].map(([id, { fields }]) => [
      id,
      `${new Date(Number(fields.LastModifiedDate)).toISOString()} ${fields.IsDeleted}`,
    ]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(stands));
  });

  it('goes on for ever, the same way for the same seed and clock', () => {
    const org = { seed: 7, members: 20, until: UNTIL };
    const run = (seed: number) => {
      const next = trickle({ seed, org });
      return Array.from({ length: 300 }, (_, n) => next(UNTIL + Math.floor(n / 3) * 1000 + n));
    };
    const changed = run(1);
    expect(run(1)).toEqual(changed);
    expect(run(2)).not.toEqual(changed);
    const seconds = changed.flat().map((entry) => {
      const detail = JSON.parse(entry.Detail);
      const { recordIds, commitTimestamp } = (detail.payload ?? detail).ChangeEventHeader;
      return `${recordIds[0]} ${commitTimestamp}`;
    });
    expect(new Set(seconds).size).toBe(seconds.length);
  });
});
