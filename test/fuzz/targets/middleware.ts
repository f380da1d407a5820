import fc from 'fast-check';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { authenticationToken } from '#adapters/apple/authenticationToken.ts';
import { APPLE } from '#adapters/apple/destination.ts';
import { appleWebService } from '#adapters/apple/webService.ts';
import { callbacks } from '#adapters/google/callbacks.ts';
import { publicKeyOf } from '#adapters/google/signedMessage.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { buildMiddleware } from '#adapters/middleware/server.ts';
import { eventOf, PUSH_TOKEN, plainPackage, TOKEN_KEY, TYPE } from '#test/adapters/apple/serving.ts';
import { EVENT_KEY } from '#test/adapters/middleware/keys.ts';
import { bareDeps } from '#test/adapters/middleware/operated.ts';
import { cloudEventOf, envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { googleSigner } from '#test/support/googleSigner.ts';
import { type Asked, client, outcomeOf, showAsked } from '../http.ts';
import { bytesOf, deep, documentArb, jsonTextArb, textArb } from '../mutations.ts';
import { CANARY } from '../odd.ts';
import { renewed } from '../renewed.ts';
import { Broken, type Decoder, type Target } from '../target.ts';

const ISSUER = '3388000000012345678';
const START = Date.UTC(2026, 10, 22);
const signer = googleSigner(START);
const MEMBER = '0038d0000000007AAA';
const often = { perSecond: 1e9, burst: 1e9 };

/** The whole surface of the middleware on a port of its own, over stores in memory that are emptied now and then. */
export const surface = async () => {
  const lines: string[] = [];
  const clock = () => START;
  const deliveries = renewed(() => {
    const store = memoryDeliveryStore({ clock, route: () => [APPLE] });
    void store.accept([eventOf(MEMBER, 3)]);
    return store;
  });
  const registrations = renewed(() => memoryRegistrations({ clock }));
  const [rootKey] = (JSON.parse(signer.keys) as { keys: { keyValue: string }[] }).keys;
  const root = publicKeyOf(rootKey?.keyValue ?? '');
  const { server } = buildMiddleware({
    ...{ ...bareDeps(lines, deliveries.current), registrations: registrations.current, rateLimit: () => null },
    routes: [
      appleWebService({
        ...{ passTypeIdentifier: TYPE, passPackage: plainPackage, tokenKeys: TE.right([TOKEN_KEY]), clock },
        ...{ deliveries: deliveries.current, registrations: registrations.current },
        rates: { registrations: often, passes: often, lists: often, logs: often, allLogs: often },
      }),
      callbacks({
        ...{ issuerId: ISSUER, rootKeys: async () => (root === null ? [] : [root]), clock, rate: often },
        ...{ once: () => TE.right(true), onCallback: () => undefined },
      }),
    ],
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const nextCase = (): void => {
    deliveries.count();
    registrations.count();
    lines.length = 0;
  };
  return { url, lines, nextCase, close: () => server.close() };
};

const open = async (): Promise<Decoder<Asked>> => {
  const { url, lines, nextCase, close: closeServer } = await surface();
  const { ask, close } = client(url);
  return {
    play: async (asked) => {
      nextCase();
      const outcome = outcomeOf(await ask(asked));
      // What devices complain of is kept in their words: see readDeviceLog.
      if (lines.some((line) => line.includes(CANARY) && !line.includes('"deviceLog":')))
        throw new Broken(`logged what it was given: ${lines.join('')}`);
      return outcome;
    },
    close: async () => {
      await close();
      await closeServer();
    },
  };
};

const oddly = (seed: string, weight = 12): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: fc.constant(seed) }, { weight: 1, arbitrary: textArb([seed]) });

const events = [
  envelopeOf(walletEvent(3)),
  cloudEventOf(walletEvent(4)),
  { ...cloudEventOf(walletEvent(5)), source: 'shop', type: 'Sold' },
];

const causedBy = (correlationId: string) => {
  const event = walletEvent(6);
  return envelopeOf({ ...event, detail: { ...event.detail, metadata: { ...event.detail.metadata, correlationId } } });
};

export const middlewareBody: Target<Asked> = {
  name: 'middleware',
  about: 'POST /events: EventBridge events and CloudEvents, one or a list',
  found: {
    "a person's name for what caused it": {
      ...{ method: 'POST', path: '/events' },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${EVENT_KEY}` },
      body: Buffer.from(JSON.stringify(causedBy(CANARY))),
    },
    'data nested deeper than a stack': {
      ...{ method: 'POST', path: '/events' },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${EVENT_KEY}` },
      body: Buffer.from(`{"id":"1","source":"shop","detail-type":"Sold","detail":{"a":${deep('[', ']')}}}`),
    },
  },
  inputs: fc.record({
    method: fc.constant('POST'),
    path: fc.constant('/events'),
    headers: fc.record({
      'content-type': oddly('application/json', 20),
      authorization: oddly(`Bearer ${EVENT_KEY}`, 40),
    }),
    body: documentArb([...events, events, [events[0], events[0]]]),
  }),
  open,
  show: showAsked,
};

const segment = (seed: string): fc.Arbitrary<string> => oddly(seed).map((text) => encoded(text));
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
const holder = fc.record({
  authorization: oddly(`ApplePass ${authenticationToken(TOKEN_KEY, TYPE, MEMBER)}`),
  'content-type': oddly('application/json', 20),
  'if-modified-since': oddly(new Date(START - 1).toUTCString(), 3),
});
const device = segment('device-0123456789');
const appleArb: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    method: fc.constantFrom('POST', 'POST', 'DELETE', 'GET', 'PUT'),
    path: fc
      .tuple(device, segment(TYPE), segment(MEMBER))
      .map(([id, type, serial]) => `/apple/v1/devices/${id}/registrations/${type}/${serial}`),
    headers: holder,
    body: documentArb([{ pushToken: PUSH_TOKEN }]),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST'),
    path: fc
      .tuple(device, segment(TYPE), textArb(['', '1', '1.abcdefgh3']))
      .map(([id, type, tag]) => `/apple/v1/devices/${id}/registrations/${type}?passesUpdatedSince=${encoded(tag)}`),
    headers: holder,
    body: fc.constant(null),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'HEAD'),
    path: fc.tuple(segment(TYPE), segment(MEMBER)).map(([type, serial]) => `/apple/v1/passes/${type}/${serial}`),
    headers: holder,
    body: fc.constant(null),
  }),
  fc.record({
    method: fc.constant('POST'),
    path: fc.constant('/apple/v1/log'),
    headers: holder,
    body: documentArb([
      { logs: ['[2026-11-22 10:00:00 +0000] Get pass task (for device x, pass type y) encountered error'] },
    ]),
  }),
  fc.record({
    method: fc.constantFrom('GET', 'POST'),
    path: textArb(['/apple/v1/passes/%2e%2e/%00', '/apple/v1//']).map((path) => `/${path}`),
    headers: holder,
    body: fc.constant(null),
  }),
);

export const apple: Target<Asked> = {
  name: 'apple',
  about: "Apple's web service: every endpoint",
  inputs: appleArb,
  found: {},
  open,
  show: showAsked,
};

const message = {
  classId: `${ISSUER}.loyalty`,
  objectId: `${ISSUER}.m-abc`,
  expTimeMillis: START + 600_000,
  eventType: 'save',
  nonce: 'n-1',
};
export const google: Target<Asked> = {
  name: 'google',
  about: "Google's callbacks: the envelope, and what is signed inside it",
  found: {},
  inputs: fc.record({
    method: fc.constant('POST'),
    path: fc.constant('/google/callbacks'),
    headers: fc.constant({ 'content-type': 'application/json' }),
    body: fc.oneof(
      { weight: 2, arbitrary: documentArb([signer.envelope(message)]) },
      {
        weight: 1,
        arbitrary: jsonTextArb([message]).map((text) => Buffer.from(JSON.stringify(signer.envelope(text)))),
      },
      {
        weight: 1,
        arbitrary: bytesOf(
          jsonTextArb([{ keyValue: 'x', keyExpiration: '1' }]).map((signedKey) =>
            JSON.stringify(signer.envelope(message, { signedKey })),
          ),
        ),
      },
    ),
  }),
  open,
  show: showAsked,
};

/** The operator's questions and orders. */
const operator = fc.constant({ 'content-type': 'application/json' });
export const deliveries: Target<Asked> = {
  name: 'deliveries',
  about: 'what operators ask the middleware, and order',
  found: {},
  inputs: fc.oneof(
    fc.record({
      method: fc.constant('GET'),
      path: fc
        .array(
          fc.tuple(
            fc.constantFrom('member', 'destination', 'state', 'after', 'limit', '__proto__', 'constructor'),
            textArb([MEMBER, 'apple', 'dead', 'waiting', '10']),
          ),
          { maxLength: 4 },
        )
        .map((pairs) => `/api/deliveries?${pairs.map(([name, value]) => `${name}=${encoded(value)}`).join('&')}`),
      headers: operator,
      body: fc.constant(null),
    }),
    fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/api/deliveries/redrive'),
      headers: operator,
      body: documentArb([{ destination: 'apple', member: MEMBER, whole: true, after: 'x' }]),
    }),
    fc.record({
      method: fc.constant('GET'),
      path: segment(MEMBER).map((id) => `/api/passes/${id}.pkpass`),
      headers: operator,
      body: fc.constant(null),
    }),
  ),
  open,
  show: showAsked,
};
