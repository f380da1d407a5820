import { describe, expect, test } from 'vitest';
import type { KeyStore } from '#domain/index.ts';
import { got } from './given.ts';

/** What every key store promises. `open` gives an empty one. */
export const keyStoreContract = (name: string, open: () => Promise<KeyStore>): void => {
  describe(`${name} as a key store`, () => {
    test('a key is made when it is first asked for: 32 bytes, another for each id, the same ever after', async () => {
      const keys = await open();
      const first = await got(keys.obtain(['member:1', 'member:2', 'member:1']));
      const again = await got(keys.obtain(['member:2', 'member:3', 'member:1']));
      expect([...first.keys()]).toEqual(['member:1', 'member:2']);
      expect(first.get('member:1')).toHaveLength(32);
      expect(again.get('member:1')).toEqual(first.get('member:1'));
      expect(again.get('member:2')).toEqual(first.get('member:2'));
      expect(new Set([...again.values()].map(String)).size).toBe(3);
    });

    test('no ids, no keys', async () => {
      const keys = await open();
      expect(await got(keys.obtain([]))).toEqual(new Map());
    });

    test('those who ask at the same time get the same key', async () => {
      const keys = await open();
      const asked = await Promise.all(Array.from({ length: 8 }, () => got(keys.obtain(['member:1']))));
      expect(new Set(asked.map((each) => String(each.get('member:1')))).size).toBe(1);
    });

    test('a destroyed key stays destroyed, and the others stay', async () => {
      const keys = await open();
      const before = await got(keys.obtain(['member:1', 'member:2']));
      await got(keys.destroy('member:1'));
      const after = await got(keys.obtain(['member:1', 'member:2']));
      expect(after.get('member:1')).toBeNull();
      expect(after.get('member:2')).toEqual(before.get('member:2'));
    });

    test('a key destroyed before it was made is never made', async () => {
      const keys = await open();
      await got(keys.destroy('member:1'));
      await got(keys.destroy('member:1'));
      expect((await got(keys.obtain(['member:1']))).get('member:1')).toBeNull();
    });
  });
};
