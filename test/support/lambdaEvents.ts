import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';

/** An EventBridge event (EventBridge guide, "Event structure reference"). */
export const eventOn = (detailType: string, detail: unknown, more: object = {}) => ({
  ...{ version: '0', id: crypto.randomUUID(), 'detail-type': detailType, account: '111122223333', resources: [] },
  ...{ source: 'aws.partner/appflow/salesforce.com/111122223333/billfold', region: 'eu-west-1' },
  ...{ time: '2026-11-02T09:58:55Z', detail, ...more },
});

/** What AppFlow says at the end of a run (AppFlow guide, "Flow notifications"). */
export const flowEnded = eventOn(
  'AppFlow End Flow Run Report',
  {
    ...{ 'flow-name': 'Order', 'execution-id': '9f0d5a54-6f52-4a1b-9d0e-0a6b7c8d9e0f', status: 'Execution Successful' },
    ...{ 'start-time': '2026-11-02T10:00:03.101Z[UTC]', 'end-time': '2026-11-02T10:01:03.101Z[UTC]' },
    ...{ 'num-of-records-processed': '2', 'num-of-record-failures': '0' },
  },
  { source: 'aws.appflow' },
);

/** Messages of a queue as Lambda hands them over (Lambda guide, "Using Lambda with Amazon SQS"). Texts stay as they are. */
export const sqsEvent = (...bodies: readonly (string | object)[]): SQSEvent => ({
  Records: bodies.map(
    (body, index): SQSRecord => ({
      ...{ messageId: `message-${index}`, receiptHandle: 'receipt', messageAttributes: {}, md5OfBody: '' },
      ...{ eventSource: 'aws:sqs', awsRegion: 'eu-west-1' },
      eventSourceARN: 'arn:aws:sqs:eu-west-1:111122223333:billfold-ingest',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: {
        ...{ ApproximateReceiveCount: '1', SentTimestamp: '1793613600000', SenderId: 'AIDAEXAMPLE' },
        ApproximateFirstReceiveTimestamp: '1793613600001',
      },
    }),
  ),
});

/** As SNS hands it to a queue without raw message delivery (SNS guide, "Amazon SNS message formats"). */
export const snsNotification = (message: string | object): object => ({
  ...{ Type: 'Notification', MessageId: crypto.randomUUID(), SignatureVersion: '1', Signature: 'EXAMPLE' },
  ...{ TopicArn: 'arn:aws:sns:eu-west-1:111122223333:salesforce', Timestamp: '2026-11-02T09:58:56.000Z' },
  ...{ SigningCertURL: 'https://sns.example.test/cert.pem', UnsubscribeURL: 'https://sns.example.test/unsubscribe' },
  Message: typeof message === 'string' ? message : JSON.stringify(message),
});

/** What Scheduler sends where no input is set (Scheduler guide, "Lambda Invoke"): an EventBridge-like event without a detail. */
export const scheduled = {
  ...{ version: '0', id: '0a7d4b2c-0000-4000-8000-000000000001', 'detail-type': 'Scheduled Event' },
  ...{ source: 'aws.scheduler', account: '111122223333', time: '2026-11-02T10:00:00Z', region: 'eu-west-1' },
  ...{ resources: ['arn:aws:scheduler:eu-west-1:111122223333:schedule/default/billfold-clock'], detail: '{}' },
};

export const contextWith = (remainingMs = 30_000): Context => ({
  ...{ callbackWaitsForEmptyEventLoop: true, functionName: 'billfold-any', functionVersion: '$LATEST' },
  ...{ invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:billfold-any', memoryLimitInMB: '512' },
  ...{ awsRequestId: crypto.randomUUID(), logGroupName: '/aws/lambda/billfold-any', logStreamName: 'stream' },
  getRemainingTimeInMillis: () => remainingMs,
  ...{ done: () => undefined, fail: () => undefined, succeed: () => undefined },
});
