import { createServer, type IncomingMessage, type Server } from 'node:http';

/** What is answered: a body, or an error by its name. null: the connection breaks. */
export type AwsJsonAnswer = { readonly body: object } | { readonly error: string; readonly message?: string } | null;

/** What was asked: the operation as X-Amz-Target ends, and the request. */
export type AwsJsonRequest = { readonly operation: string; readonly body: Readonly<Record<string, unknown>> };

export type AwsJsonServer = {
  readonly endpoint: string;
  readonly asked: readonly AwsJsonRequest[];
  readonly stop: () => Promise<void>;
};

/** A stand-in for a service of AWS that speaks AWS JSON 1.1, for the real SDK client. Checks no signature. */
export const startAwsJsonServer = async (
  answer: (request: AwsJsonRequest) => AwsJsonAnswer | Promise<AwsJsonAnswer>,
): Promise<AwsJsonServer> => {
  const asked: AwsJsonRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const request = { operation, body: JSON.parse((await textOf(incoming)) || '{}') };
    asked.push(request);
    const answered = await answer(request);
    if (answered === null) return void incoming.socket.destroy();
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ('body' in answered) return void response.end(JSON.stringify(answered.body));
    response.writeHead(400).end(JSON.stringify({ __type: answered.error, message: answered.message ?? '' }));
  });
  return { endpoint: await listening(server), asked, stop: () => closed(server) };
};

export const textOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  return text;
};

export const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
};

export const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
