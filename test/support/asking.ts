import * as E from 'fp-ts/lib/Either.js';
import { memoryReleaseStore } from '#adapters/memory/releaseStore.ts';
import {
  ingest,
  type Mapping,
  type Observation,
  registry,
  retail,
  type TravelTo,
  type Why,
  type WhyFailure,
  why,
} from '#domain/index.ts';
import { ingesting } from './ingesting.ts';
import { ADA, type Said } from './scenario.ts';

/** 2026-06-01, noon. */
export const NOON = Date.UTC(2026, 5, 1, 12);
/** When the observation at that place in a history was recorded: one a day, from 2026-01-02 on. */
export const recordedAt = (index: number): number => Date.UTC(2026, 0, 2 + index);

export type Asked = {
  readonly to?: TravelTo;
  readonly now?: number;
  readonly of?: string;
  readonly mostCounted?: number;
};

/** Everything through ingest over the stores in memory, an observation at a time. */
export const learnt = async (observations: readonly Observation[], mapping: Mapping = retail, at = recordedAt) => {
  const { deps } = ingesting(mapping);
  for (const [index, observation] of observations.entries()) {
    const { outcomes } = await ingest({ ...deps, clock: () => at(index) })([observation])();
    if (outcomes.some(({ type }) => type !== 'done')) throw new Error(JSON.stringify(outcomes));
  }
  return {
    events: deps.events,
    ask: (what: string, { to, now = NOON, of = ADA, mostCounted }: Asked = {}): Promise<E.Either<WhyFailure, Why>> =>
      why({ ...deps, releases: memoryReleaseStore(), registry, clock: () => now })(of, what, to ?? null, mostCounted)(),
  };
};

/** given(what was said before).why(a place on the pass of Ada). */
export const givenFor =
  (mapping: Mapping) =>
  (...history: readonly Said[]) => {
    const ask = async (what: string, asked?: Asked) =>
      (
        await learnt(
          history.map((said, index) => said(index)),
          mapping,
        )
      ).ask(what, asked);
    return {
      why: async (what: string, asked?: Asked): Promise<Why> => {
        const answer = await ask(what, asked);
        if (E.isLeft(answer)) throw new Error(`refused: ${answer.left.type}`);
        return answer.right;
      },
      refusal: async (what: string, asked?: Asked): Promise<WhyFailure | null> => {
        const answer = await ask(what, asked);
        return E.isLeft(answer) ? answer.left : null;
      },
    };
  };
