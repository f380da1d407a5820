import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import type { JobTurn, JobTurnStore } from '#domain/index.ts';
import { at, got } from './given.ts';

/** What every store of the turn does. */
export const jobTurnStoreContract = (name: string, open: () => Promise<JobTurnStore>): void => {
  describe(`the turn: ${name}`, () => {
    test('it is nobody’s until it is taken, and nobody’s again once it is left', async () => {
      const turns = await open();
      expect(await got(turns.load())).toBeNull();
      await got(turns.replace(null, turnOf('one')));
      expect(await got(turns.load())).toEqual(turnOf('one'));
      await got(turns.replace(turnOf('one'), null));
      expect(await got(turns.load())).toBeNull();
    });

    test('of several who take it at once one has it', async () => {
      const turns = await open();
      const taken = await Promise.all(['one', 'two', 'three'].map((by) => turns.replace(null, turnOf(by))()));
      expect(taken.filter(E.isRight)).toHaveLength(1);
      expect(taken.filter(E.isLeft)).toEqual([E.left({ type: 'TurnTaken' }), E.left({ type: 'TurnTaken' })]);
    });

    test('only what it is now is replaced: another starter, or another job, is not', async () => {
      const turns = await open();
      await got(turns.replace(null, turnOf('one')));
      expect(await turns.replace(turnOf('two'), turnOf('three'))()).toEqual(E.left({ type: 'TurnTaken' }));
      await got(turns.replace(turnOf('one'), turnOf('one', '17')));
      for (const before of [turnOf('one'), turnOf('one', '18')])
        for (const next of [null, turnOf('one', '19')])
          expect(await turns.replace(before, next)()).toEqual(E.left({ type: 'TurnTaken' }));
      expect(await got(turns.load())).toEqual(turnOf('one', '17'));
      await got(turns.replace(turnOf('one', '17'), turnOf('two')));
      expect(await got(turns.load())).toEqual(turnOf('two'));
    });
  });
};

export const turnOf = (startedBy: string, job?: string): JobTurn => ({
  startedBy,
  takenAt: at,
  job: job === undefined ? null : { id: job, revisionFloor: 256 },
});
