import { AT_MOST_LEVELS, MOST_LEVELS } from '#adapters/jsonDepth.ts';

/** An input and its bounds, as the threat model lists them. above: what happens beyond; test/security/limits.int.ts goes there, for each of these. */
export type Limit = {
  readonly input: string;
  readonly size: string;
  readonly levels: string;
  readonly count: string;
  readonly rate: string;
  readonly above: string;
};

const LEVELS = String(MOST_LEVELS);
const NONE = '-';

export const limits = {
  apiBody: {
    ...{ input: 'API, a body of JSON', size: '1 MiB', levels: LEVELS, count: NONE, rate: NONE, above: '413; 400' },
  },
  apiAddress: {
    input: 'API, address and headers',
    ...{ size: '16 KiB, a name in the path 500 characters', levels: NONE, count: 'each parameter once', rate: NONE },
    above: '431, or the connection ends; 414; 400',
  },
  token: {
    ...{ input: 'API, tokens', size: '512 characters; the form 4 KiB', levels: NONE, count: NONE },
    ...{ rate: '10 wrong ones at once, then 12 a minute, for each address', above: '401; 413; 429' },
  },
  upload: {
    ...{ input: 'PUT of a file into the inbox', size: '16 GiB, its name 201 characters', levels: NONE, count: NONE },
    ...{ rate: 'an hour', above: '413, and nothing is left of it; 400; 408' },
  },
  dynamoDb: {
    ...{ input: 'the gate before the embedded DynamoDB', size: '16 MiB; headers 16 KiB', levels: NONE, count: NONE },
    ...{ rate: 'a minute for a request', above: '413; 431, or the connection ends; 408' },
  },
  row: {
    ...{ input: 'a line of a file, also where it is unpacked', size: '1 MiB', levels: LEVELS, count: NONE, rate: NONE },
    above: 'quarantine: that line alone',
  },
  putEvents: {
    ...{ input: 'PutEvents on /eventbridge', size: '4 MiB, its entries less than 1 MiB', levels: LEVELS },
    ...{ count: '10 entries', rate: NONE, above: '413; 400; the entry alone: MalformedDetail' },
  },
  message: {
    ...{ input: 'a message of the source queue', size: "SQS's own (1 MiB)", levels: LEVELS },
    ...{ count: 'its id: 128 characters of an id', rate: NONE, above: 'quarantine; named by the queue' },
  },
  events: {
    ...{ input: 'middleware, POST /events', size: '8 MiB, 350,000 bytes for an event', levels: LEVELS },
    ...{
      count: '100 events; names 256 characters',
      rate: '300 a second for each key, 600 at once; 15 s for a request',
    },
    above: '413; the event alone: 422; 400; 429',
  },
  registration: {
    ...{ input: "Apple's web service, a registration", size: '4 KiB, a push token 200 characters', levels: LEVELS },
    ...{
      count: '50 passes of a device, 20 devices of a pass',
      rate: '20 at once, then one in 2 s, for each pass and address',
    },
    above: '413; 400; 403, or the oldest device gives way; 429',
  },
  fetched: {
    ...{ input: "Apple's web service, passes and lists", size: 'names 100 characters', levels: NONE },
    ...{
      count: '500 requests under way',
      rate: '30 at once, then one a second, for each pass and address',
      above: '401; 503; 429',
    },
  },
  deviceLog: {
    ...{ input: "Apple's web service, a device's log", size: '64 KiB', levels: LEVELS },
    ...{
      count: '20 lines of 300 characters are kept',
      rate: '60 at once, then one a second, for each network; of all together 300, then ten',
    },
    above: '413; 400; the rest is counted; 429',
  },
  callback: {
    ...{ input: "Google's callbacks", size: '16 KiB', levels: LEVELS, count: '4 signatures' },
    ...{ rate: '500 at once, then 50 a second, for each network', above: '413; 400; 429' },
  },
  operator: {
    ...{ input: "middleware, operators' orders", size: '10,000 bytes, names 256 characters', levels: LEVELS },
    ...{ count: 'pages of 500', rate: NONE, above: '413; 400' },
  },
  mapping: {
    ...{ input: 'a mapping file', size: '256 KiB', levels: LEVELS, count: '100 mistakes are told', rate: NONE },
    above: 'refused, in a line',
  },
  pattern: {
    ...{ input: 'an event pattern', size: '2,048 characters, a filter of a pipe 4,096', levels: LEVELS, count: NONE },
    ...{ rate: NONE, above: 'refused, with the place' },
  },
} as const satisfies Readonly<Record<string, Limit>>;

export const limitsMarkdown = (): string =>
  [
    '| Input | Size | Levels | Count | Rate | Above |',
    '|---|---|---|---|---|---|',
    ...Object.values(limits).map(
      ({ input, size, levels, count, rate, above }) => `| ${[input, size, levels, count, rate, above].join(' | ')} |`,
    ),
  ].join('\n');

/** A value nested so much, inside an object. */
export const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
export const JUST = nested(MOST_LEVELS);
export const TOO_DEEP = nested(MOST_LEVELS + 1);
export { AT_MOST_LEVELS };
