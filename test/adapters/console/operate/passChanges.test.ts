import { describe, expect, it } from 'vitest';
import { retriedText } from '#adapters/console/page/operate/quarantineWords.ts';
import { shownPass } from '#adapters/console/page/operate/rebuild/shownPass.ts';
import { changesAt } from '#adapters/console/page/pass/passChanges.ts';
import type { Pass } from '#domain/index.ts';

const tier = { name: 'Gold', qualifyingSpend: { amount: '9.00', currency: 'EUR' }, next: null, progress: 1 };
const current = {
  ...{ memberId: 'm', memberNumber: 'M-1', status: 'active', memberSince: '2020-01-01' },
  holder: { firstName: 'Ada', lastName: 'Byron' },
  ...{ tier: { ...tier, name: 'Silver' }, promotions: [] },
  spend: { lifetime: [], last12Months: [], purchases: 4, lastPurchaseOn: null },
} as const satisfies Pass;

describe('a sample of a comparison', () => {
  it('is drawn with its parts, over the pass as it stands, without who the holder is', () => {
    expect(shownPass('m', { tier }, current)).toEqual({
      ...current,
      ...{ tier, memberNumber: null, holder: { firstName: null, lastName: null } },
    });
  });

  it('is drawn with what is there where the pass is not known any more, and is none where there is none', () => {
    expect(shownPass('m', { tier }, null)).toMatchObject({ memberId: 'm', tier, promotions: [] });
    expect(shownPass('m', null, current)).toBeNull();
  });
});

describe('what changed', () => {
  it('is told path by path, as a person would', () => {
    const before = { tier: { name: 'Member', next: null }, spend: { lifetime: [] }, promotions: [] };
    const after = {
      tier: { name: 'Silver', next: { name: 'Gold' } },
      spend: { lifetime: [{ amount: '600.00', currency: 'EUR' }] },
      promotions: [{ id: '1', title: 'Hello' }],
    };
    const paths = ['tier.name', 'tier.next', 'spend.lifetime', 'promotions', 'gone'];
    expect(changesAt(paths, before, after).map(({ before: was, after: is }) => `${was} → ${is}`)).toEqual([
      ...['Member → Silver', 'none → Gold', 'none → 600.00 EUR', 'none → Hello', 'not there → not there'],
    ]);
  });
});

describe('a list', () => {
  const offer = (id: string, state: string) => ({ id, title: 'Hello', state, validTo: '2026-03-01' });
  it('is told by what only one of both has, and in full where that reads the same', () => {
    const [one, two, ending] = [offer('1', 'available'), offer('2', 'available'), offer('1', 'expiring')];
    expect(changesAt(['promotions'], { promotions: [two] }, { promotions: [two, one] })).toEqual([
      { path: 'promotions', before: 'none of these', after: 'Hello (to Mar 1, 2026)' },
    ]);
    expect(changesAt(['promotions'], { promotions: [two, one] }, { promotions: [two, ending] })).toEqual([
      {
        ...{ path: 'promotions', before: 'id 1, title Hello, state available, validTo 2026-03-01' },
        after: 'id 1, title Hello, state expiring, validTo 2026-03-01',
      },
    ]);
    const [there] = changesAt(['promotions'], { promotions: [one, two] }, { promotions: [two, one] });
    expect(there?.before).not.toBe(there?.after);
  });
});

describe('what was read again', () => {
  it('is told by number, or of a single item with its reason', () => {
    const again = { type: 'refusedAgain', id: 'b', path: 'Order.Id', reason: 'expected an id' } as const;
    expect(retriedText([{ type: 'mended', id: 'a' }, again])).toBe('1 understood, 1 refused again.');
    expect(retriedText([again])).toBe('Refused again: Order.Id: expected an id.');
    expect(retriedText([])).toBe('There was nothing to read again.');
  });
});
