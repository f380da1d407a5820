import { createServer, type IncomingHttpHeaders } from 'node:http';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { connectDynamoDb, type DynamoDbSettings } from '#adapters/dynamodb/client.ts';
import { closed, listening, textOf } from '#test/support/awsJsonServer.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

describe('a request', () => {
  test('says what it asks and who asks, and is charged', async () => {
    const service = await serving(() => ({}));
    const { put, meter } = connected(service);
    await put();
    expect(service.asked).toMatchObject([
      {
        headers: {
          ...{ 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0' },
          ...{ 'user-agent': 'billfold', 'amz-sdk-request': 'attempt=1; max=5', 'content-length': '80' },
        },
        body: { TableName: 'table', Item: { p: { S: 'Zoë' } }, ReturnConsumedCapacity: 'TOTAL' },
      },
    ]);
    expect(service.asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=[a-z0-9;-]*host;[a-z0-9;-]*x-amz-target/,
    );
    expect(meter.read()).toEqual({ requests: { PutItem: 1 }, readUnits: 0, writeUnits: 1 });
  });

  test.each([
    ['is throttled', { status: 400, error: 'ProvisionedThroughputExceededException' }],
    ['finds the service in trouble', { status: 500, error: 'InternalServerError' }],
    ['gets no answer', { isLost: true }],
    ['gets half an answer', { isHalf: true }],
  ] satisfies [string, Told][])('that %s is sent again, signed anew, and counted', async (_, trouble) => {
    const service = await serving((attempt) => (attempt < 3 ? trouble : {}));
    const { put, meter } = connected(service);
    await put();
    expect(service.asked.map(({ headers }) => headers['amz-sdk-request'])).toEqual(
      [1, 2, 3].map((attempt) => `attempt=${attempt}; max=5`),
    );
    expect(new Set(service.asked.map(({ headers }) => headers.authorization)).size).toBe(3);
    expect(meter.read()).toMatchObject({ requests: { PutItem: 3 }, writeUnits: 1 });
  });

  test('among many at once gets its own answer, and its own further attempts', async () => {
    const tried = new Set<string>();
    const service = await serving((_, { Item }) => {
      const isNew = !tried.has(Item.p.S);
      tried.add(Item.p.S);
      const isThrottled = isNew && Item.p.S.endsWith('3');
      return isThrottled
        ? { status: 400, error: 'ThrottlingException' }
        : { answer: { Attributes: Item, ConsumedCapacity: { CapacityUnits: 1 } } };
    });
    const { put, meter } = connected(service);
    const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
    const answers = await Promise.all(names.map((name) => put({ name })));
    expect(answers.map(({ Attributes }) => Attributes?.p?.S)).toEqual(names);
    expect(meter.read()).toMatchObject({ requests: { PutItem: 110 }, writeUnits: 100 });
  });

  test('goes through these steps of the SDK and no others', () => {
    expect(connected({ endpoint: 'http://127.0.0.1:1' }).steps).toEqual([
      ...['billfoldMeter', 'serializerMiddleware', 'hostHeaderMiddleware'],
      ...['retryMiddleware', 'httpSigningMiddleware', 'deserializerMiddleware'],
    ]);
  });

  test('that is refused is not sent again, and tells what is there', async () => {
    const refused = { status: 400, error: 'ConditionalCheckFailedException', more: { Item: { p: { S: 'there' } } } };
    const service = await serving(() => refused);
    const { put, meter } = connected(service);
    await expect(put()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { p: { S: 'there' } } });
    expect(meter.read()).toMatchObject({ requests: { PutItem: 1 } });
  });

  test('that is aborted is not sent again', async () => {
    const controller = new AbortController();
    const service = await serving(() => {
      controller.abort();
      return { isLost: true };
    });
    await expect(connected(service).put({ abortSignal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(service.asked).toHaveLength(1);
  });
});

test('credentials that run out are renewed, and what is sent carries the token of its own', async () => {
  const service = await serving(() => ({}));
  let given = 0;
  const { put } = connected(service, {
    credentials: async () => {
      given += 1;
      // Renewed by the SDK five minutes before their time.
      const expiration = new Date(Date.now() + (given === 1 ? 60_000 : 3_600_000));
      return { accessKeyId: `key${given}`, secretAccessKey: 'secret', sessionToken: `token${given}`, expiration };
    },
  });
  for (let puts = 0; puts < 3; puts++) await put();
  const signed = service.asked.map(({ headers }) => [
    headers['x-amz-security-token'],
    /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1],
  ]);
  expect(signed.slice(1)).toEqual([
    ['token2', 'key2'],
    ['token2', 'key2'],
  ]);
  expect(signed[0]?.[0]?.at(-1)).toBe(signed[0]?.[1]?.at(-1));
});

test('a clock that is wrong is corrected by what the service says, and the request sent again', async () => {
  const [now, ahead] = [new Date(), new Date(Date.now() + 3_600_000)];
  const service = await serving((attempt) => ({
    date: ahead,
    ...(attempt === 1 && { status: 400, error: 'InvalidSignatureException' }),
  }));
  await connected(service).put();
  const times = service.asked.map(({ headers }) => String(headers['x-amz-date']).slice(0, 11));
  const said = (at: Date) => at.toISOString().replace(/[-:]/g, '').slice(0, 11);
  expect(times).toEqual([said(now), said(ahead)]);
});

/** What the service does about a request. */
type Told = {
  readonly status?: number;
  readonly error?: string;
  readonly more?: object;
  readonly date?: Date;
  readonly answer?: object;
  readonly isLost?: boolean;
  readonly isHalf?: boolean;
};

type Put = { readonly Item: { readonly p: { readonly S: string } } };
type Asked = { readonly headers: IncomingHttpHeaders; readonly body: Put };

const serving = async (tell: (attempt: number, body: Put) => Told) => {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, response) => {
    const put: Put = JSON.parse(await textOf(incoming));
    asked.push({ headers: incoming.headers, body: put });
    const { status = 200, error, more, answer = CHARGED, date, isLost, isHalf } = tell(asked.length, put);
    if (isLost === true) return void incoming.socket.destroy();
    const body = error === undefined ? answer : { __type: error, ...more };
    const text = JSON.stringify(body);
    if (date !== undefined) response.setHeader('date', date.toUTCString());
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': text.length });
    if (isHalf !== true) return void response.end(text);
    response.write(text.slice(0, 10), () => incoming.socket.destroy());
  });
  opened.push(() => closed(server));
  return { endpoint: await listening(server), asked };
};

const CHARGED = { ConsumedCapacity: { CapacityUnits: 1 } };

const connected = ({ endpoint }: { readonly endpoint: string }, settings: DynamoDbSettings = {}) => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { dynamodb, meter } = connectDynamoDb({ endpoint, region: 'eu-central-1', credentials, ...settings });
  opened.push(() => dynamodb.destroy());
  const put = ({ name = 'Zoë', ...options }: { readonly name?: string; readonly abortSignal?: AbortSignal } = {}) =>
    dynamodb.send(new PutItemCommand({ TableName: 'table', Item: { p: { S: name } } }), ...optionsGiven(options));
  const steps = dynamodb.middlewareStack.identify().map((step) => step.split(' ')[0]);
  return { put, meter, steps };
};

/** Without any, as nearly everybody calls it, the SDK keeps the steps that it put together. */
const optionsGiven = (options: { readonly abortSignal?: AbortSignal }): [] | [typeof options] =>
  options.abortSignal === undefined ? [] : [options];
