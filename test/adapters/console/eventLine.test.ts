import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeWords } from '#adapters/console/page/live/changeWords.ts';
import { lineOf } from '#adapters/console/page/live/eventLine.ts';
import { passesBefore } from '#adapters/console/page/live/walletDetail.ts';
import { changesAt } from '#adapters/console/page/pass/passChanges.ts';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import { diffPass, type Pass } from '#domain/index.ts';
import { passArb, walletEventArb } from '#test/support/publishedArbs.ts';

const carried = (sequence: number, type: string, detail: unknown, source = 'billfold.wallet'): CarriedEvent => ({
  ...{ sequence, version: '0', id: `e${sequence}`, 'detail-type': type, source, detail },
  ...{ account: '', time: '2026-05-01T12:00:00Z', region: '', resources: [] },
});

const pass = (some: Partial<Pass> = {}, tier: Partial<Pass['tier']> = {}): Pass => ({
  ...{ memberId: 'm', memberNumber: 'M-1', status: 'active', memberSince: null, promotions: [] },
  holder: { firstName: null, lastName: null },
  tier: { name: 'Silver', qualifyingSpend: { amount: '0.00', currency: 'EUR' }, next: null, progress: 0, ...tier },
  spend: { lifetime: [], last12Months: [], purchases: 0, lastPurchaseOn: null },
  ...some,
});
const words = (before: Pass | null, after: Pass): readonly string[] =>
  changeWords('WalletPassUpdated', { changed: diffPass(before ?? pass(), after), pass: after }, before);

describe('a wallet event in a line', () => {
  it('has words for every change of every pass, whether the pass before was seen or not', () => {
    fc.assert(
      fc.property(passArb, walletEventArb, fc.boolean(), (before, { type, detail }, isSeen) => {
        const changed = diffPass(before, detail.data.pass);
        const event = carried(1, type, { ...detail, data: { ...detail.data, changed } });
        const line = lineOf(event, isSeen ? before : null);
        expect(line.subject.memberId).toBe(detail.metadata.memberId);
        if (changed.length > 0) expect(line.words).not.toBe('');
        expect(line.words).not.toMatch(/undefined|\[object|NaN/);
        for (const one of changesAt(changed, before, detail.data.pass)) expect(one.before).not.toBe(one.after);
      }),
    );
  });

  it('says where a value came from, where that is known', () => {
    const gold = pass({}, { name: 'Gold' });
    expect(words(pass(), gold)).toEqual(['Tier Silver → Gold']);
    expect(words(null, gold)).toEqual(['Tier Gold']);
  });

  it('says of spend only the currencies that differ', () => {
    const spent = (eur: string): Pass => {
      const lifetime = [
        { amount: eur, currency: 'EUR' },
        { amount: '5.00', currency: 'GBP' },
      ];
      return pass({ spend: { ...pass().spend, lifetime } });
    };
    expect(words(spent('1.00'), spent('3.50'))).toEqual(['Spend 1.00 → 3.50 EUR']);
    expect(words(pass(), spent('3.50'))).toEqual(['Spend 0 → 3.50 EUR, 0 → 5.00 GBP']);
    expect(words(spent('1999.50'), spent('12345.00'))).toEqual(['Spend 1,999.50 → 12,345.00 EUR']);
    expect(words(null, spent('12345.00'))).toEqual(['Spend in all 12,345.00 EUR, 5.00 GBP']);
  });

  it('names promotions that came, are about to end, and went', () => {
    const promotion = (id: string, state: 'available' | 'expiring') => ({
      ...{ id, state, title: `P${id}`, validFrom: null, validTo: null, value: null },
    });
    const before = pass({ promotions: [promotion('1', 'available'), promotion('2', 'available')] });
    const after = pass({ promotions: [promotion('2', 'expiring'), promotion('3', 'available')] });
    expect(words(before, after)).toEqual(['“P3” available, “P2” about to end, “P1” gone']);
    expect(words(null, after)).toEqual(['Promotions: “P2”, “P3”']);
    expect(words(after, { ...after, promotions: after.promotions.map((one) => ({ ...one, title: 'X' })) })).toEqual([
      '“X” revised, “X” revised',
    ]);
  });

  it('says what a small change alone is', () => {
    const named = (firstName: string) => pass({ holder: { firstName, lastName: 'Lovelace' } });
    expect(words(named('Eda'), named('Ada'))).toEqual(['Name Eda Lovelace → Ada Lovelace']);
    const bought = (purchases: number, lastPurchaseOn: string) =>
      pass({ spend: { ...pass().spend, purchases, lastPurchaseOn } });
    expect(words(bought(9, '2026-05-01'), bought(10, '2026-05-02'))).toEqual([
      'Purchases 9 → 10',
      'Last purchase 2026-05-01 → 2026-05-02',
    ]);
    expect(words(pass({ custom: { store: 'A' } }), pass({ custom: { store: 'B' } }))).toEqual(['store A → B']);
    const points = (balance: string) => pass({ points: [{ name: 'Miles', balance }] });
    expect(words(points('10'), points('25'))).toEqual(['Miles 10 → 25']);
  });

  it('that is somebody else’s is said to be, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('billfold.wallet', 'billfold.domain', 'somebody'),
        (detail, source) => {
          const line = lineOf(carried(1, 'Anything', detail, source), null);
          expect(line).toMatchObject({ kind: 'Anything', words: `from ${source}`, subject: { memberId: null } });
        },
      ),
    );
  });
});

describe('a domain event in a line', () => {
  const announced = (type: string, data: object): string => {
    const metadata = { stream: 'member-0038d000008NplcAAC', version: 3, lane: 'live' };
    return lineOf(carried(1, type, { metadata, data }, 'billfold.domain'), null).words;
  };

  it('says what happened as the member’s page does, without the name that it does not carry', () => {
    const counts = { boughtOn: '2026-05-01', currency: 'EUR', minorUnits: 123_450, isReduction: false };
    const current = { number: '7', status: null, amount: '1234.5', currency: 'EUR', isReduction: false, counts };
    expect(announced('PurchaseRecorded', { type: 'PurchaseRecorded', purchaseId: 'p', current })).toBe(
      'Bought for 1,234.50 EUR (order 7)',
    );
    const enrolled = { standing: 'active', number: 'M-1', memberSince: null, mergedInto: null };
    expect(announced('MemberEnrolled', { type: 'MemberEnrolled', current: enrolled })).toBe('Enrolled, number M-1');
  });

  it('counts what a load brought', () => {
    const events = { MemberEnrolled: 1, PurchaseRecorded: 3 };
    expect(announced('MemberBaselined', { toVersion: 4, events })).toBe('Member enrolled 1 · Purchase recorded 3');
  });
});

it('the pass before an event is that of the same member’s event before it', () => {
  const of = (sequence: number, memberId: string, name: string) =>
    carried(sequence, 'WalletPassUpdated', {
      metadata: { memberId },
      data: { changed: [], pass: pass({ memberId }, { name }) },
    });
  const before = passesBefore([of(1, 'a', 'A1'), of(2, 'b', 'B1'), of(3, 'a', 'A2'), of(4, 'a', 'A3')]);
  expect([...before].map(([sequence, { tier }]) => [sequence, tier.name])).toEqual([
    [3, 'A1'],
    [4, 'A2'],
  ]);
});
