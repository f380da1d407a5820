import {
  type AppflowClient,
  DescribeFlowExecutionRecordsCommand,
  type ExecutionRecord,
  StartFlowCommand,
} from '@aws-sdk/client-appflow';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { EpochMs } from '#domain/index.ts';
import { type AppFlowFailure, toAppFlowFailure } from './failure.ts';

/** What billfold asks of AppFlow: to run a flow now, and how its runs go. */
export type AppFlow = {
  /**
   * Runs an on-demand flow; returns the execution id. Safe to repeat after a lost answer: the SDK sends one client token for all its attempts.
   * A scheduled or event flow would be activated by the same call, and answers without an execution id: FlowNotOnDemand.
   */
  readonly start: (flow: string) => TE.TaskEither<AppFlowFailure, string>;
  /** The first run listed that is wanted, page after page; null: none is. A run just started may not be listed yet. */
  readonly findRun: (
    flow: string,
    isWanted: (run: FlowRun) => boolean,
  ) => TE.TaskEither<AppFlowFailure, FlowRun | null>;
};

/** AppFlow's record of one run (DescribeFlowExecutionRecords). null: not told, or not told yet. */
export type FlowRun = {
  readonly executionId: string;
  readonly status: FlowRunStatus;
  readonly recordsProcessed: number | null;
  /** Records that the run could not write. */
  readonly putFailures: number;
  /** AppFlow's own words on what went wrong. */
  readonly reason: string | null;
  readonly startedAt: EpochMs | null;
  readonly lastUpdatedAt: EpochMs | null;
};

/** Unknown: a status that AppFlow did not have when this was written. It is no success. */
export type FlowRunStatus = 'InProgress' | 'Successful' | 'Error' | 'CancelStarted' | 'Canceled' | 'Unknown';

/** client: region, credentials and AWS_ENDPOINT_URL_APPFLOW are read by the SDK, as any AWS tool does. */
export const appFlow = (client: Pick<AppflowClient, 'send'>): AppFlow => {
  const findRun: AppFlow['findRun'] = (flow, isWanted) =>
    TE.tryCatch(async () => {
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new DescribeFlowExecutionRecordsCommand({ flowName: flow, maxResults: PAGE, nextToken }),
        );
        const found = (page.flowExecutions ?? []).flatMap(toFlowRun).find(isWanted);
        if (found !== undefined) return found;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return null;
    }, toAppFlowFailure(flow));

  const start: AppFlow['start'] = (flow) => async () => {
    const started = await TE.tryCatch(
      () => client.send(new StartFlowCommand({ flowName: flow })),
      toAppFlowFailure(flow),
    )();
    if (E.isRight(started)) {
      const { executionId } = started.right;
      return executionId === undefined ? E.left({ type: 'FlowNotOnDemand', flow }) : E.right(executionId);
    }
    if (started.left.type !== 'FlowConflict') return started;
    // The API reference does not say how a flow that runs already is refused; of StartFlow's errors only the conflict fits, and it says why in
    // prose (read November 2026, not seen on AWS). So whether a run is on its way is looked up.
    const running = await findRun(flow, ({ status }) => status === 'InProgress')();
    return E.isRight(running) && running.right !== null
      ? E.left({ type: 'FlowRunning', flow, executionId: running.right.executionId })
      : started;
  };

  return { start, findRun };
};

/** The most that one page may hold (AppFlow API reference, DescribeFlowExecutionRecords, maxResults, read November 2026). */
const PAGE = 100;

const toFlowRun = (record: ExecutionRecord): readonly FlowRun[] => {
  const { executionId, executionStatus, executionResult, startedAt, lastUpdatedAt } = record;
  if (executionId === undefined) return [];
  return [
    {
      executionId,
      status: STATUSES.find((status) => status === executionStatus) ?? 'Unknown',
      recordsProcessed: executionResult?.recordsProcessed ?? null,
      putFailures: executionResult?.errorInfo?.putFailuresCount ?? 0,
      reason: executionResult?.errorInfo?.executionMessage ?? null,
      startedAt: startedAt?.getTime() ?? null,
      lastUpdatedAt: lastUpdatedAt?.getTime() ?? null,
    },
  ];
};

const STATUSES: readonly FlowRunStatus[] = ['InProgress', 'Successful', 'Error', 'CancelStarted', 'Canceled'];
