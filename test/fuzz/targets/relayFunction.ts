import { createServer } from 'node:http';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { middlewareClient } from '#adapters/lambda/middlewareClient.ts';
import { type RelayCounts, relayHandler } from '#adapters/lambda/relay.ts';
import { EVENT_KEY } from '#test/adapters/middleware/keys.ts';
import { envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { closed, listening } from '#test/support/awsJsonServer.ts';
import { documentArb, textArb } from '../mutations.ts';
import { Broken, type Decoder, type Target } from '../target.ts';
import { surface } from './middleware.ts';

/** answer: of something that stands where the middleware should; null: the middleware itself answers. */
type Relayed = {
  readonly bodies: readonly Buffer[];
  readonly answer: { readonly status: number; readonly body: Buffer; readonly retryAfter: string } | null;
};

const traced = {
  ...envelopeOf(walletEvent(6)),
  detail: {
    ...walletEvent(6).detail,
    metadata: {
      ...walletEvent(6).detail.metadata,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      correlationId: 'order-7',
    },
  },
};
const events = [envelopeOf(walletEvent(3)), traced, { ...envelopeOf(walletEvent(4)), source: 'shop', id: 'e-1' }];

const relayedArb: fc.Arbitrary<Relayed> = fc.record({
  bodies: fc.array(documentArb(events), { minLength: 1, maxLength: 3 }),
  answer: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        status: fc.constantFrom(200, 202, 202, 207, 207, 207, 302, 400, 401, 413, 415, 422, 422, 429, 500, 503),
        body: documentArb([
          { accepted: 2, duplicates: 1, failed: [] },
          { accepted: 1, failed: [{ index: 0, retry: true, reason: 'busy' }] },
        ]),
        retryAfter: textArb(['1', 'Sun, 22 Nov 2026 10:00:00 GMT', '-1', '999999']),
      }),
    },
  ),
});

/** A function with its queue and its dead letters, before a real middleware and something that answers what it likes. */
const open = async (): Promise<Decoder<Relayed>> => {
  const middleware = await surface();
  let answer: Relayed['answer'] = null;
  const stranger = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status = 200, body = '', retryAfter = '' } = answer ?? {};
      response.writeHead(status, { 'retry-after': retryAfter.replaceAll(/[^\x20-\x7e]/g, '?') }).end(body);
    });
  });
  const strangerUrl = await listening(stranger);
  const reasons: string[] = [];
  let counted: RelayCounts = { relayed: 0, refused: 0, retried: 0 };
  let buried = 0;
  const relayTo = (url: string) =>
    relayHandler({
      post: middlewareClient({
        ...{ url: `${url}/events`, key: async () => E.right(EVENT_KEY), pause: async () => undefined, random: () => 0 },
      }),
      bury: async () => {
        buried += 1;
        return null;
      },
      clock: Date.now,
      onRelayed: (counts) => {
        counted = counts;
      },
      onFailure: (reason) => void reasons.push(reason),
    });
  const [toMiddleware, toStranger] = [relayTo(middleware.url), relayTo(strangerUrl)];
  return {
    play: async ({ bodies, answer: given }) => {
      middleware.nextCase();
      reasons.length = 0;
      buried = 0;
      answer = given;
      const Records = bodies.map((body, index) => ({ messageId: `m-${index}`, body: body.toString() }));
      const handle = given === null ? toMiddleware : toStranger;
      const { batchItemFailures } = await handle({ Records }, () => 30_000);
      const { relayed, refused, retried } = counted;
      if (relayed + refused + retried !== bodies.length) throw new Broken('a message has no fate, or two');
      if (buried !== refused) throw new Broken('what is refused for good is not among the dead letters');
      if (batchItemFailures.length !== retried) throw new Broken('what nobody took does not come again');
      if (given === null && retried > 0) throw new Broken(`comes again for ever: ${reasons}`);
      return { type: retried > 0 ? 'refused' : refused > 0 ? 'aside' : 'value', told: reasons };
    },
    close: async () => {
      await middleware.close();
      await closed(stranger);
    },
  };
};

export const relayFunction: Target<Relayed> = {
  name: 'relay-function',
  about: 'messages of the relay queues, to the middleware or the dead letters, and what answers in its place',
  inputs: relayedArb,
  found: {},
  open,
  show: ({ bodies, answer }) =>
    JSON.stringify({
      bodies: bodies.map((body) => body.toString('latin1').slice(0, 2_000)),
      answer: answer === null ? null : { ...answer, body: answer.body.toString('latin1').slice(0, 500) },
    }),
};
