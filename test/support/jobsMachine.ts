import type { Definition } from './interpret.ts';

/** Nothing changes by trying again what has failed for good; anything else may pass. */
const Retry = [
  { ErrorEquals: ['JobFailed'], MaxAttempts: 0 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 60 },
];

const step = (payload: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'billfold-walk', Payload: payload },
  ResultSelector: { 'of.$': '$.Payload' },
  OutputPath: '$.of',
  Retry,
});
const noted = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Note' }] };

/** The machine that runs jobs, as the steps of adapters/lambda/walk.ts mean it. */
export const jobsMachine = (maximumConcurrency: number): Definition => ({
  StartAt: 'Plan',
  States: {
    Plan: {
      ...step({ action: 'plan', 'request.$': '$.request', 'startedBy.$': '$$.Execution.Name' }),
      Next: 'Walk',
    },
    Walk: {
      Type: 'Map',
      ItemsPath: '$.segments',
      ItemSelector: { 'jobId.$': '$.jobId', 'segment.$': '$$.Map.Item.Value' },
      MaxConcurrency: maximumConcurrency,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Segment',
        States: {
          Segment: {
            ...step({ action: 'walk', 'jobId.$': '$.jobId', 'segment.$': '$.segment' }),
            Next: 'Is there more',
          },
          'Is there more': {
            Type: 'Choice',
            Choices: [{ Variable: '$.state', StringEquals: 'done', Next: 'Walked' }],
            Default: 'Segment',
          },
          Walked: { Type: 'Succeed' },
        },
      },
      ResultPath: null,
      ...noted,
      Next: 'End',
    },
    End: { ...step({ action: 'end', 'jobId.$': '$.jobId' }), ...noted, End: true },
    Note: {
      ...step({ action: 'fail', 'jobId.$': '$.jobId', 'cause.$': '$.failure.Cause' }),
      ResultPath: '$.noted',
      OutputPath: '$',
      Next: 'Failed',
    },
    Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.noted.failure' },
  },
});
