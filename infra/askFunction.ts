/** A step that a function is asked for, as a state of a machine (Amazon States Language). Whatever may pass by itself is asked again. */
export const ask = (functionArn: string, Payload: Readonly<Record<string, string>>) => ({
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
