import { ask } from './askFunction.ts';

/**
 * A job as a state machine (Amazon States Language): plan, then every segment until it is done, then end; a job whose segments cannot be walked is marked as failed.
 * In: { request }, with mayWait where nobody waits for it, as at night: then another job's turn is no failure. Out: { jobId }. The function keeps the places, so whatever is asked twice is gone on with, not done again.
 */
export const walkDefinition = (functionArn: string, maximumConcurrency: number) => ({
  StartAt: 'MayWait',
  States: {
    MayWait: {
      Type: 'Choice',
      Choices: [{ Variable: '$.mayWait', IsPresent: true, Next: 'PlanInTurn' }],
      Default: 'Plan',
    },
    Plan: plan(functionArn, []),
    PlanInTurn: plan(functionArn, [OTHERS_FIRST]),
    Segments: {
      Type: 'Map',
      ItemsPath: '$.segments',
      ItemSelector: { 'jobId.$': '$.jobId', 'segment.$': '$$.Map.Item.Value' },
      MaxConcurrency: maximumConcurrency,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...segment(functionArn) },
      ResultPath: null,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }],
      Next: 'End',
    },
    End: {
      ...ask(functionArn, { action: 'end', 'jobId.$': '$.jobId' }),
      ResultPath: null,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Fail' }],
      Next: 'Ended',
    },
    Ended: { Type: 'Pass', Parameters: { 'jobId.$': '$.jobId' }, End: true },
    Fail: {
      ...ask(functionArn, { action: 'fail', 'jobId.$': '$.jobId', 'cause.$': 'States.JsonToString($.failure)' }),
      ResultPath: null,
      Next: 'Failed',
    },
    Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: 'States.JsonToString($.failure)' },
  },
});

/** A job over a large log takes hours: it is looked at again until the next night is near. */
const OTHERS_FIRST = { ErrorEquals: ['JobBusy'], IntervalSeconds: 300, BackoffRate: 1, MaxAttempts: 240 };

const plan = (functionArn: string, alsoAgain: readonly Retrier[]) => {
  const asked = ask(functionArn, { action: 'plan', 'request.$': '$.request', 'startedBy.$': '$$.Execution.Name' });
  return {
    ...asked,
    Retry: [...asked.Retry, ...alsoAgain],
    ResultSelector: { 'jobId.$': '$.Payload.jobId', 'segments.$': '$.Payload.segments' },
    Next: 'Segments',
  };
};

type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
};

/** One segment: as many turns of the function as it takes, each as long as a function may run. */
const segment = (functionArn: string) => ({
  StartAt: 'Walk',
  States: {
    Walk: {
      ...ask(functionArn, { action: 'walk', 'jobId.$': '$.jobId', 'segment.$': '$.segment' }),
      ResultSelector: { 'state.$': '$.Payload.state' },
      ResultPath: '$.walked',
      Next: 'IsDone',
    },
    IsDone: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.walked.state', StringEquals: 'more', Next: 'Walk' },
        { Variable: '$.walked.state', StringEquals: 'done', Next: 'Done' },
      ],
      Default: 'Misunderstood',
    },
    Done: { Type: 'Succeed' },
    Misunderstood: { Type: 'Fail', Error: 'UnexpectedAnswer', Cause: 'A turn ends with "more" or "done".' },
  },
});
