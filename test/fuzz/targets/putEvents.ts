import fc from 'fast-check';
import Fastify from 'fastify';
import { guard } from '#adapters/http/access.ts';
import { eventBridgeApi } from '#adapters/http/eventBridgeApi.ts';
import { ingestHandler } from '#adapters/lambda/ingest.ts';
import type { LocalTable } from '#adapters/local/localTable.ts';
import { busesOf } from '#test/adapters/local/support.ts';
import { ingesting } from '#test/support/ingesting.ts';
import { type Asked, client, outcomeOf, showAsked } from '../http.ts';
import { bytesOf, deep, documentArb, jsonTextArb, textArb } from '../mutations.ts';
import { changeDetails } from '../seeds.ts';
import { Broken, type Target } from '../target.ts';

/** What is written is gone: only what is said of it matters here. */
const forgetful: LocalTable = {
  write: async () => undefined,
  writeLater: async () => undefined,
  page: async () => [],
  last: async () => null,
};

const entryOf = (Detail: string) => ({
  ...{ Source: 'aws.partner/salesforce.com/anything', DetailType: 'OrderChangeEvent', Detail },
  ...{ EventBusName: 'billfold-source', Time: 1_793_613_600, Resources: ['arn:aws:s3:::b'] },
});
const seeds = [
  { Entries: changeDetails.map((detail) => entryOf(JSON.stringify(detail))) },
  {
    Entries: [
      { ...entryOf('{"metadata":{"lane":"bulk"}}'), EventBusName: 'billfold-wallet', Source: 'billfold.wallet' },
    ],
  },
  {
    Entries: [
      { ...entryOf('{"metadata":{"memberId":"m"}}'), EventBusName: 'arn:aws:events:::event-bus/billfold-domain' },
    ],
  },
];

const toWallet = (Detail: string) => ({
  ...{ ...entryOf(Detail), EventBusName: 'billfold-wallet', Source: 'billfold.wallet' },
});
const asking = (body: string, headers: Readonly<Record<string, string>> = {}): Asked => ({
  ...{ method: 'POST', path: '/eventbridge', body: Buffer.from(body) },
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents', ...headers },
});

const bodyArb = fc.oneof(
  { weight: 3, arbitrary: documentArb(seeds) },
  // The text within the text is mutated by itself, or nearly all of it would be refused at the door.
  {
    weight: 2,
    arbitrary: jsonTextArb(changeDetails).chain((detail) =>
      bytesOf(fc.constant(JSON.stringify({ Entries: [entryOf(detail)] }))),
    ),
  },
  {
    weight: 1,
    arbitrary: jsonTextArb(changeDetails).map((Detail) => Buffer.from(JSON.stringify({ Entries: [entryOf(Detail)] }))),
  },
  {
    weight: 1,
    arbitrary: jsonTextArb([{ metadata: { lane: 'bulk', memberId: 'm' }, source: ['a'] }]).map((Detail) =>
      Buffer.from(
        JSON.stringify({
          Entries: [{ ...entryOf(Detail), EventBusName: 'billfold-wallet', Source: 'billfold.wallet' }],
        }),
      ),
    ),
  },
);

const askedArb: fc.Arbitrary<Asked> = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'PUT'),
  path: fc.oneof(
    { weight: 20, arbitrary: fc.constant('/eventbridge') },
    { weight: 1, arbitrary: textArb(['/eventbridge', '/eventbridge/?a=1&a=2']).map((path) => `/${path}`) },
  ),
  headers: fc.record({
    'content-type': fc.oneof(
      { weight: 9, arbitrary: fc.constant('application/x-amz-json-1.1') },
      { weight: 1, arbitrary: textArb(['text/plain', 'application/json; charset=utf-16', '']) },
    ),
    'x-amz-target': fc.oneof(
      { weight: 20, arbitrary: fc.constant('AWSEvents.PutEvents') },
      { weight: 1, arbitrary: textArb(['AWSEvents.PutEvents']) },
    ),
  }),
  body: bodyArb,
});

export const putEvents: Target<Asked> = {
  name: 'put-events',
  about: 'PutEvents over HTTP, and what was accepted to records or quarantine',
  inputs: askedArb,
  found: {
    'no content type': asking(JSON.stringify(seeds[0]), { 'content-type': '' }),
    'a detail nested deeper than a stack': asking(
      JSON.stringify({ Entries: [toWallet(`{"metadata":${deep('[', ']')}}`)] }),
    ),
  },
  open: async () => {
    const { deps } = ingesting();
    const queued: string[] = [];
    const buses = busesOf(
      { table: forgetful },
      { queues: { ingest: { send: async (bodies: readonly string[]) => void queued.push(...bodies) } } },
    );
    const server = Fastify();
    guard(server, { names: [], token: null }, Date.now);
    server.register(eventBridgeApi({ buses, prefix: 'billfold', log: () => undefined, hasRoom: () => true }));
    const { ask, close } = client(await server.listen({ host: '127.0.0.1', port: 0 }));
    return {
      play: async (asked) => {
        queued.length = 0;
        const outcome = outcomeOf(await ask(asked.method === 'GET' ? { ...asked, body: null } : asked));
        const { batchItemFailures } = await ingestHandler({ ...deps, ...ingesting().deps })({
          Records: queued.map((body, index) => ({ messageId: `message-${index}`, body })),
        });
        if (batchItemFailures.length > 0) throw new Broken('was accepted and comes again for ever');
        return outcome;
      },
      close: async () => {
        await close();
        await server.close();
      },
    };
  },
  show: showAsked,
};
