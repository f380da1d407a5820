import * as E from 'fp-ts/lib/Either.js';
import { failureText, type RunRef, type RunStore, runKey } from '#domain/index.ts';
import type { AppFlow } from '../appflow/appFlow.ts';
import { type AppFlowFailure, appFlowFailureText, isPassing } from '../appflow/failure.ts';

export type RunStartsDeps = {
  readonly appFlow: Pick<AppFlow, 'findRun'>;
  readonly runs: Pick<RunStore, 'record'>;
  readonly onFailure: (where: string, reason: string) => void;
};

/** Why what was asked for has to be asked for again. null: it need not. */
export type Failure = { readonly where: string; readonly reason: string } | null;

export type RunStarts = { readonly tell: (ref: RunRef) => Promise<Failure> };

/** What one process remembers to have told; beyond that it asks again. */
const MAX_REMEMBERED = 10_000;

/** Tells the ledger when a run began, once for each run: the rows of a file opened after that were extracted then, and not only before the file was written. */
export const runStarts = (deps: RunStartsDeps): RunStarts => {
  const told = new Map<string, Promise<Told>>();
  return {
    tell: async (ref) => {
      const key = runKey(ref);
      if (told.size >= MAX_REMEMBERED) told.clear();
      const telling = told.get(key) ?? tellStart(deps, ref);
      told.set(key, telling);
      const { failure, isSettled } = await telling;
      if (!isSettled) told.delete(key);
      return failure;
    },
  };
};

/** isSettled: asked again, AppFlow would say the same. */
type Told = { readonly failure: Failure; readonly isSettled: boolean };

/**
 * A run that AppFlow does not know, or may not tell of because its flow is none of the deployed ones, is no run of theirs: its files say themselves when they
 * were written. While AppFlow cannot be asked at all, the file waits.
 */
const tellStart = async ({ appFlow, runs, onFailure }: RunStartsDeps, ref: RunRef): Promise<Told> => {
  const failed = (reason: string): Told => ({ failure: { where: runKey(ref), reason }, isSettled: false });
  const found = await appFlow.findRun(ref.flow, ({ executionId }) => executionId === ref.executionId)();
  if (E.isLeft(found)) {
    const reason = appFlowFailureText(found.left);
    if (isPassing(found.left) || isNotSetUp(found.left)) return failed(reason);
    if (found.left.type !== 'FlowUnknown') onFailure(runKey(ref), reason);
    return { failure: null, isSettled: true };
  }
  // One that just began may be listed a moment later.
  if (found.right === null || found.right.startedAt === null) return { failure: null, isSettled: false };
  const recorded = await runs.record(ref, { type: 'StartReported', startedAt: found.right.startedAt })();
  return E.isLeft(recorded) ? failed(failureText(recorded.left)) : { failure: null, isSettled: true };
};

const isNotSetUp = ({ type }: AppFlowFailure): boolean => type === 'NoCredentials' || type === 'NoRegion';
