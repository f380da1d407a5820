import { createServer, type Server } from 'node:http';

/** A run as AppFlow's REST-JSON answers it; times in seconds (AppFlow API reference, ExecutionRecord). */
export type WireRun = {
  readonly executionId: string;
  readonly executionStatus: string;
  readonly executionResult?: {
    readonly recordsProcessed?: number;
    readonly errorInfo?: { readonly executionMessage?: string; readonly putFailuresCount?: number };
  };
  readonly startedAt?: number;
  readonly lastUpdatedAt?: number;
};

/** An answer, or an error by its name. null: the connection breaks. */
export type WireAnswer =
  | { readonly body: object }
  | { readonly error: string; readonly status: number; readonly message?: string }
  | null;

export type AppFlowServer = {
  readonly endpoint: string;
  /** What was asked, in order: path and body. */
  readonly asked: readonly { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[];
  /** The answers to come of StartFlow, or of DescribeFlowExecutionRecords; the last one stays. */
  readonly onStart: (...answers: readonly WireAnswer[]) => void;
  readonly onDescribe: (...answers: readonly WireAnswer[]) => void;
  /** The answers to come of DescribeFlow. */
  readonly onFlow: (...answers: readonly WireAnswer[]) => void;
  readonly stop: () => Promise<void>;
};

export const startedRun = (executionId: string): WireAnswer => ({
  body: { flowArn: 'arn:aws:appflow:eu-west-1:111122223333:flow/any', flowStatus: 'Active', executionId },
});
export const runs = (flowExecutions: readonly WireRun[], nextToken?: string): WireAnswer => ({
  body: { flowExecutions, ...(nextToken !== undefined && { nextToken }) },
});
export const throttled: WireAnswer = { error: 'ThrottlingException', status: 429, message: 'Rate exceeded' };
export const unknownFlow: WireAnswer = { error: 'ResourceNotFoundException', status: 404, message: 'Flow not found' };

/** Answers AppFlow's shapes as it is told, and remembers what it was asked. Checks no signature. */
export const startAppFlowServer = async (): Promise<AppFlowServer> => {
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const answers: Record<string, WireAnswer[]> = {};
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const path = request.url ?? '';
    asked.push({ path, body: JSON.parse(text) });
    const queue = answers[path] ?? [];
    const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? null;
    if (answer === null) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json');
    if ('body' in answer) return void response.end(JSON.stringify(answer.body));
    response.writeHead(answer.status, { 'x-amzn-errortype': answer.error });
    response.end(JSON.stringify({ message: answer.message ?? answer.error }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    asked,
    onStart: (...told) => {
      answers['/start-flow'] = [...told];
    },
    onDescribe: (...told) => {
      answers['/describe-flow-execution-records'] = [...told];
    },
    onFlow: (...told) => {
      answers['/describe-flow'] = [...told];
    },
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
};
