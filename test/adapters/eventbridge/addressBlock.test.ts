import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBlock } from '#adapters/eventbridge/addressBlock.ts';

const addressArb = fc.oneof(fc.ipV4(), fc.ipV6());
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

describe('a block of addresses', () => {
  it('holds what Node says it holds', () => {
    const near = fc.tuple(fc.constantFrom('10.1', '10.2', '2001:db8:', '::ffff:10.1'), fc.nat(255), fc.nat(255));
    const nearArb = near.map(([head, a, b]) => (head.endsWith(':') ? `${head}${a}::${b}` : `${head}.${a}.${b}`));
    const anyArb = fc.oneof(addressArb, nearArb);
    fc.assert(
      fc.property(anyArb, fc.nat(128), anyArb, (base, bits, address) => {
        const width = Math.min(bits, isIP(base) === 6 ? 128 : 32);
        // Between families Node knows mapped addresses in both directions; a pattern needs the one.
        fc.pre(isIP(base) <= isIP(address));
        const list = new BlockList();
        list.addSubnet(base, width, familyOf(base));
        expect(addressBlock(`${base}/${width}`)?.(address)).toBe(list.check(address, familyOf(address)));
      }),
      { examples: [['10.1.0.0', 16, '::ffff:10.1.2.3']] },
    );
  });

  it('is none where Node sees no address', () => {
    const textArb = fc.string({ unit: fc.constantFrom(...'0123456789abcf:.'), maxLength: 24 });
    fc.assert(
      fc.property(fc.oneof(textArb, addressArb), (text) => {
        expect(addressBlock(`${text}/1`) !== null).toBe(isIP(text) !== 0);
      }),
      {
        examples: [
          ['::'],
          ['1::2:3'],
          ['1:2:3:4:5:6:7::'],
          ['01.2.3.4'],
          ['::1.2.3.4'],
          ['1.2.3.4::'],
          ['1.2.3.256'],
        ].map(([one]) => [one ?? '']) as [string][],
      },
    );
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.0/', '10.0.0.0/8/8', '::/129', ''])(
    'is not "%s"',
    (text) => {
      expect(addressBlock(text)).toBeNull();
    },
  );
});
