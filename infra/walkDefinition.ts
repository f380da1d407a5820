/**
 * A job as a state machine (Amazon States Language): plan, then every segment until it is done, then end; a job whose segments cannot be walked is marked as failed.
 * In: { request }. Out: { jobId }. The function keeps the places, so whatever is asked twice is gone on with, not done again.
 */
export const walkDefinition = (functionArn: string, maximumConcurrency: number) => ({
  StartAt: 'Plan',
  States: {
    Plan: {
      ...ask(functionArn, { action: 'plan', 'request.$': '$.request', 'startedBy.$': '$$.Execution.Name' }),
      ResultSelector: { 'jobId.$': '$.Payload.jobId', 'segments.$': '$.Payload.segments' },
      Next: 'Segments',
    },
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

const ask = (functionArn: string, Payload: Readonly<Record<string, string>>) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: functionArn, Payload },
  Retry: [
    {
      // Of Lambda (Lambda guide, "Orchestrating with Step Functions"); a turn that was cut short goes on where it stood; of ours, what may pass: all else, JobFailed
      // first of all, no other try mends.
      ErrorEquals: [
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        'Lambda.TooManyRequestsException',
        'Lambda.Unknown',
        'Sandbox.Timedout',
        'Runtime.ExitError',
        'StoreUnavailable',
        'States.Timeout',
      ],
      IntervalSeconds: 2,
      BackoffRate: 2,
      MaxAttempts: 8,
      MaxDelaySeconds: 120,
      JitterStrategy: 'FULL',
    },
  ],
});
