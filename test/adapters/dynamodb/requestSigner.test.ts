import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Credentials, type RequestToSign, requestSigner } from '#adapters/dynamodb/requestSigner.ts';

describe('a signed request', () => {
  test('is, header by header, what the SDK signs: any request, date and credentials, one after the other', async () => {
    const sign = requestSigner();
    await fc.assert(
      fc.asyncProperty(signings, async ({ request, credentials, at, region }) => {
        const headers = sign(request, credentials, { at, region, service: 'dynamodb' });
        expect(headers).toEqual(await headersBySdk(request, credentials, at, region));
      }),
      { numRuns: 500 },
    );
  });

  test('carries nothing of the attempt before it, whose credentials had a token', async () => {
    const sign = requestSigner();
    const scope = { at: new Date(), region: 'eu-central-1', service: 'dynamodb' };
    const request: RequestToSign = { method: 'POST', path: '/', headers: { host: 'a.example' }, body: '{}' };
    const lasting = { accessKeyId: 'B', secretAccessKey: 'b' };
    const before = sign(request, { accessKeyId: 'A', secretAccessKey: 'a', sessionToken: 'token' }, scope);
    expect(before['x-amz-security-token']).toBe('token');
    expect(sign({ ...request, headers: before }, lasting, scope)).toEqual(sign(request, lasting, scope));
  });
});

const headersBySdk = async (request: RequestToSign, credentials: Credentials, at: Date, region: string) => {
  const signer = await new DynamoDBClient({ region, credentials }).config.signer();
  const asSdkHasIt = {
    ...request,
    headers: { ...request.headers },
    protocol: 'https:',
    hostname: 'a.example',
    query: {},
  };
  const signed = await signer.sign(asSdkHasIt, { signingDate: at, signingService: 'dynamodb' });
  return signed.headers;
};

/** Few of each, so that days and credentials come back, and share what they should not. */
const credentials = fc.record<Credentials>(
  {
    accessKeyId: fc.constantFrom('AKIA', 'ASIA'),
    secretAccessKey: fc.constantFrom('secret', 'Geheimnis', 'pass/word+='),
    sessionToken: fc.constantFrom('token', 'other/token=='),
  },
  { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
);

const name = fc.oneof(
  fc.constantFrom(
    'x-amz-target',
    'content-type',
    'host',
    'amz-sdk-request',
    'x-amz-date',
    'x-amz-content-sha256',
    'date',
  ),
  fc.constantFrom('user-agent', 'X-Amzn-Trace-Id', 'authorization', 'connection', 'proxy-anything', 'sec-anything'),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/),
);
const value = fc.oneof(
  fc.constantFrom('attempt=1; max=5', ' in  the\tmiddle ', 'DynamoDB_20120810.PutItem', '\t', ''),
  fc.stringMatching(/^[ -~]*$/),
);
const body = fc.oneof(fc.json(), fc.string({ unit: 'grapheme' }), fc.uint8Array(), fc.constant(undefined));

const signings = fc.record({
  request: fc.record<RequestToSign>({
    method: fc.constantFrom('POST', 'GET'),
    path: fc.constantFrom('/', '/dynamodb/', '/a//b', "/it's (me)!*/ü/%41"),
    headers: fc.dictionary(name, value).map((headers) => ({ ...headers })),
    body,
  }),
  credentials,
  at: fc.date({ min: new Date('2026-11-21T23:00:00Z'), max: new Date('2026-11-23T01:00:00Z'), noInvalidDate: true }),
  region: fc.constantFrom('eu-central-1', 'us-east-1'),
});
