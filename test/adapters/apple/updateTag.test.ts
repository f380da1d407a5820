import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { updatedSince, updateTag } from '#adapters/apple/updateTag.ts';
import { PASSES_OF_DEVICE } from '#adapters/delivery/registrations.ts';

const memberId = fc.nat({ max: 60 }).map((nth) => `003A000000000${100 + nth}AA`);
const revision = fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat());
const passes = fc
  .uniqueArray(fc.record({ memberId, revision }), { maxLength: PASSES_OF_DEVICE, selector: (pass) => pass.memberId })
  .map((all): readonly { memberId: string; revision: number }[] => all);

describe('the update tag', () => {
  it('lists exactly what is newer than it said, and what it said nothing of', () => {
    fc.assert(
      fc.property(passes, passes, (told, now) => {
        const before = new Map(told.map((pass) => [pass.memberId, pass.revision]));
        const newer = now.filter((pass) => pass.revision > (before.get(pass.memberId) ?? -1));
        expect(updatedSince(updateTag(told), now)).toEqual(newer);
      }),
    );
  });

  it('given back at once lists nothing', () => {
    fc.assert(
      fc.property(passes, (now) => {
        expect(updatedSince(updateTag(now), now)).toEqual([]);
      }),
    );
  });

  it('does not depend on the order of passes', () => {
    fc.assert(
      fc.property(passes, passes, (told, now) => {
        expect(updatedSince(updateTag(told.toReversed()), now)).toEqual(updatedSince(updateTag(told), now));
      }),
    );
  });

  it('that cannot be read counts as none: all is listed', () => {
    const garbage = fc.oneof(
      fc.string().filter((text) => text !== '1'),
      fc.constantFrom(
        undefined,
        null,
        '',
        '0',
        '2.abcdefgh1',
        '1.',
        '1.short',
        '1.abcdefgh',
        '1.abcdefgh-1',
        '1761300000',
        ['1', '1'],
      ),
      // One entry that cannot be, beside one that can.
      fc.constantFrom('1.abcdefgh1.abcdefghzzzzzzzzzzz', '1.abcdefgh1 '),
      fc.constant(`1${'.abcdefgh1'.repeat(1_000)}`),
    );
    fc.assert(
      fc.property(garbage, passes, (tag, now) => {
        expect(updatedSince(tag, now)).toEqual(now);
      }),
    );
  });

  it('is short, can stand in an address as it is, and names no pass', () => {
    fc.assert(
      fc.property(passes, (now) => {
        const tag = updateTag(now);
        expect(tag.length).toBeLessThanOrEqual(1_001);
        expect(encodeURIComponent(tag)).toBe(tag);
        for (const pass of now) expect(tag).not.toContain(pass.memberId);
      }),
    );
    const most = Array.from({ length: PASSES_OF_DEVICE }, (_, at) => ({
      memberId: `003A${at}`,
      revision: Number.MAX_SAFE_INTEGER,
    }));
    expect(updatedSince(updateTag(most), most)).toEqual([]);
    expect(updateTag(most)).toHaveLength(1_001);
  });
});
