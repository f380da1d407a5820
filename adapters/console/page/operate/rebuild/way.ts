import type { ShownJob } from '../../../../http/answers/jobs.ts';
import { obstaclesOf } from './jobWords.ts';

/** How far a version that waits has come, and what is to be done with it next. */
export type Way = {
  readonly replayed: ShownJob | null;
  readonly compared: ShownJob | null;
  readonly next: 'replay' | 'diff' | 'promote';
};

/** jobs: newest first. A replay of everything makes every version ready. A comparison from before the last replay says nothing of it. */
export const wayOf = (jobs: readonly ShownJob[], projection: string): Way => {
  const done = jobs.filter(({ state }) => state === 'done');
  const replayed =
    done.find(
      ({ request }) =>
        request.type === 'replay' &&
        request.memberId === null &&
        (request.projection === projection || request.projection === null),
    ) ?? null;
  const compared = done.find(({ request }) => request.type === 'diff' && request.projection === projection) ?? null;
  return { replayed, compared, next: nextOf(replayed, compared) };
};

/** Whether the last promotion, not taken back, put a namesake in its place. jobs: newest first. */
export const wasReplaced = (jobs: readonly ShownJob[], projection: string): boolean => {
  const last = jobs.find(({ request, state }) => request.type === 'promote' && state === 'done')?.request;
  return (
    last?.type === 'promote' &&
    !last.back &&
    last.projection !== null &&
    last.projection !== projection &&
    last.projection.split('@')[0] === projection.split('@')[0]
  );
};

const nextOf = (replayed: ShownJob | null, compared: ShownJob | null): Way['next'] => {
  if (compared === null) return replayed === null ? 'replay' : 'diff';
  const isStale = replayed !== null && replayed.startedAt > compared.startedAt;
  if (isStale) return 'diff';
  if (obstaclesOf(compared.tally).length === 0) return 'promote';
  return (compared.tally.counts.missing ?? 0) > 0 ? 'replay' : 'diff';
};
