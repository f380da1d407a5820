import { describe, expect, test } from 'vitest';
import type { ForgottenStore } from '#domain/index.ts';
import { got } from './given.ts';

/** What every store of those who asked to be forgotten promises. */
export const forgottenStoreContract = (
  name: string,
  open: () => Promise<{ readonly forgotten: ForgottenStore }>,
): void => {
  describe(`${name} as a store of those who are forgotten`, () => {
    test('who asks is known from then on, and stays so once all is done', async () => {
      const { forgotten } = await open();
      await got(forgotten.ask('003-2', 5));
      await got(forgotten.ask('003-1', 7));
      expect(await got(forgotten.among(['003-1', '003-9', '003-1']))).toEqual(new Set(['003-1']));
      expect(await got(forgotten.among([]))).toEqual(new Set());
      await got(forgotten.settle('003-1'));
      expect(await got(forgotten.list())).toEqual([
        { memberId: '003-1', askedAt: 7, isSettled: true },
        { memberId: '003-2', askedAt: 5, isSettled: false },
      ]);
      expect(await got(forgotten.among(['003-1']))).toEqual(new Set(['003-1']));
    });

    test('asked again, the first time counts, and it is to be done again', async () => {
      const { forgotten } = await open();
      await got(forgotten.ask('003-1', 5));
      await got(forgotten.settle('003-1'));
      await got(forgotten.ask('003-1', 9));
      expect(await got(forgotten.list())).toEqual([{ memberId: '003-1', askedAt: 5, isSettled: false }]);
    });

    test('settling who never asked is nothing', async () => {
      const { forgotten } = await open();
      await got(forgotten.settle('003-1'));
      expect(await got(forgotten.list())).toEqual([]);
    });
  });
};
