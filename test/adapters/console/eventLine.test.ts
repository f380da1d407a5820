import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeWords } from '#adapters/console/page/live/changeWords.ts';
import { lineOf } from '#adapters/console/page/live/eventLine.ts';
import { changesOf } from '#adapters/console/page/live/valueAt.ts';
import { passesBefore } from '#adapters/console/page/live/walletDetail.ts';
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
        for (const one of changesOf(changed, before, detail.data.pass)) expect(one.before).not.toBe(one.after);
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
  });

  it('names promotions that came, are about to end, and went', () => {
    const promotion = (id: string, state: 'available' | 'expiring') => ({
      ...{ id, state, title: `P${id}`, validFrom: null, validTo: null, value: null },
    });
    const before = pass({ promotions: [promotion('1', 'available'), promotion('2', 'available')] });
    const after = pass({ promotions: [promotion('2', 'expiring'), promotion('3', 'available')] });
    expect(words(before, after)).toEqual(['“P3” available, “P2” about to end, “P1” gone']);
  });

  it('that is somebody else’s is said to be, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('billfold.wallet', 'somebody'), (detail, source) => {
        const line = lineOf(carried(1, 'Anything', detail, source), null);
        expect(line).toMatchObject({ kind: 'Anything', words: `from ${source}`, subject: { memberId: null } });
      }),
    );
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
