import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { impersonalFault } from '../impersonalFault.ts';
import type { LocalBuses } from '../local/bus.ts';
import { requestRefusal } from '../local/busEntry.ts';
import type { Log } from '../local/functions.ts';
import { type BusName, physicalName, topology } from '../topology.ts';
import { AWS_JSON, AwsError, awsError, sendThrottled } from './awsJson.ts';
import { operation, route } from './operation.ts';

export type EventBridgeApiDeps = {
  readonly buses: Pick<LocalBuses, 'putEvents'>;
  readonly prefix: string;
  readonly log: Log;
  /** false: more waits to be understood than may. */
  readonly hasRoom: () => boolean;
};

/**
 * EventBridge's PutEvents, so that the AWS CLI and SDKs can talk to a laptop (EventBridge API Reference, "PutEvents"; AWS JSON 1.1).
 * Entries for billfold's own domain and wallet buses go there; every other bus, a partner's above all, is a source.
 */
export const eventBridgeApi =
  ({ buses, prefix, log, hasRoom }: EventBridgeApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MAX_REQUEST_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    server.setErrorHandler((error, { method, routeOptions }, reply) => {
      const status = refusalOf(error);
      if (status === 500) log({ type: 'RequestFailed', method, path: routeOptions.url, ...impersonalFault(error) });
      return reply.code(status).type(AWS_JSON).send(awsError(REFUSALS[status], 'the request could not be read'));
    });
    route(server, 'POST', '/eventbridge', PUT_EVENTS, async (request, reply) => {
      const operation = String(request.headers['x-amz-target'] ?? '');
      reply.type(AWS_JSON);
      if (operation !== 'AWSEvents.PutEvents')
        return reply
          .code(400)
          .send(awsError('UnknownOperationException', 'billfold answers AWSEvents.PutEvents only (X-Amz-Target)'));
      const decoded = PutEventsRequest.decode(parseJson(request.body));
      if (E.isLeft(decoded))
        return reply
          .code(400)
          .send(awsError('ValidationException', 'expected { "Entries": [ … ] } of one to ten entries'));
      const entries = decoded.right.Entries.map(toEntry);
      if (!hasRoom() && entries.some(({ busName }) => busOf(prefix, busName) === 'source'))
        return sendThrottled(reply, 'more entries wait than may');
      const answer = await putEntries(buses, prefix, entries);
      if (E.isRight(answer)) return reply.code(200).send(JSON.stringify(answer.right));
      const { type, message } = answer.left;
      if (type === 'RequestRefused') return reply.code(400).send(awsError('ValidationException', message));
      return reply.code(503).header('retry-after', '1').send(awsError('ServiceUnavailableException', message));
    });
  };

const REFUSALS = {
  400: 'ValidationException',
  413: 'RequestEntityTooLargeException',
  500: 'InternalException',
} as const;

/** Whoever sent what HTTP itself cannot read is told so: 500 would make its SDK send it again. */
const refusalOf = (error: unknown): keyof typeof REFUSALS => {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status === 413) return 413;
  return status >= 400 && status < 500 ? 400 : 500;
};

/** EventBridge takes less than 1 MB of entries; JSON escaping of Detail may double that on the wire. */
const MAX_REQUEST_BYTES = 4 * 1024 * 1024;

const text = t.union([t.string, t.null]);
const PutEventsRequest = t.type(
  {
    Entries: t.readonlyArray(
      t.intersection([
        t.type({}),
        t.partial({
          Source: text,
          DetailType: text,
          Detail: text,
          EventBusName: text,
          Time: t.union([t.number, t.string, t.null]),
          Resources: t.union([t.readonlyArray(t.string), t.null]),
        }),
      ]),
    ),
  },
  'PutEventsRequest',
);
type RawEntry = t.TypeOf<typeof PutEventsRequest>['Entries'][number];
type AddressedEntry = { readonly busName: string | undefined; readonly entry: PutEventsRequestEntry };

const toEntry = ({ Source, DetailType, Detail, EventBusName, Time, Resources }: RawEntry): AddressedEntry => {
  const time = typeof Time === 'number' ? new Date(Time * 1000) : typeof Time === 'string' ? new Date(Time) : undefined;
  const isTime = time !== undefined && !Number.isNaN(time.getTime());
  return {
    busName: EventBusName ?? undefined,
    entry: {
      ...(Source == null ? {} : { Source }),
      ...(DetailType == null ? {} : { DetailType }),
      ...(Detail == null ? {} : { Detail }),
      ...(isTime ? { Time: time } : {}),
      ...(Resources == null ? {} : { Resources: [...Resources] }),
    },
  };
};

const ResultEntry = t.partial(
  { EventId: t.string, ErrorCode: t.string, ErrorMessage: t.string },
  'PutEventsResultEntry',
);
type ResultEntry = t.TypeOf<typeof ResultEntry>;
const PutEventsAnswer = t.strict(
  { FailedEntryCount: t.number, Entries: t.readonlyArray(ResultEntry) },
  'PutEventsResponse',
);
type PutEventsAnswer = t.TypeOf<typeof PutEventsAnswer>;

const PUT_EVENTS = operation({
  id: 'putEvents',
  tag: 'intake',
  summary: 'PutEvents: aws events put-events --endpoint-url http://127.0.0.1:8400/eventbridge …',
  description:
    'As the AWS CLI and SDKs call it (AWS JSON 1.1). Entries for the domain and wallet buses go there; every other bus is a source.',
  headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
  body: { [AWS_JSON]: PutEventsRequest },
  answers: {
    200: { [AWS_JSON]: PutEventsAnswer },
    400: { [AWS_JSON]: AwsError },
    413: { [AWS_JSON]: AwsError },
    429: { [AWS_JSON]: AwsError },
    500: { [AWS_JSON]: AwsError },
    503: { [AWS_JSON]: AwsError },
  },
});

type PutEventsFailure = { readonly type: 'RequestRefused' | 'StoreUnavailable'; readonly message: string };

/** Entries of one request may name several buses; each bus takes its own, the answer keeps the order. */
const putEntries = async (
  buses: EventBridgeApiDeps['buses'],
  prefix: string,
  entries: readonly AddressedEntry[],
): Promise<E.Either<PutEventsFailure, PutEventsAnswer>> => {
  const results: ResultEntry[] = entries.map(() => ({}));
  // Of the request as a whole, before any bus has taken its part.
  const refusal = requestRefusal(entries.map(({ entry }) => entry));
  if (refusal !== null) return E.left({ type: 'RequestRefused', message: refusal });
  const indexed = entries.map((addressed, index) => ({ ...addressed, index }));
  for (const [bus, ofBus] of Map.groupBy(indexed, ({ busName }) => busOf(prefix, busName))) {
    const put = await buses.putEvents(
      bus,
      ofBus.map(({ entry }) => entry),
    )();
    if (E.isLeft(put)) return put;
    for (const [at, outcome] of put.right.entries()) {
      const index = ofBus[at]?.index;
      if (index === undefined) continue;
      results[index] =
        outcome.type === 'accepted'
          ? { EventId: outcome.eventId }
          : { ErrorCode: outcome.errorCode, ErrorMessage: outcome.message };
    }
  }
  return E.right({
    FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
    Entries: results,
  });
};

const busOf = (prefix: string, busName: string | undefined): BusName => {
  const name = busName?.split('event-bus/').at(-1);
  const own = Object.keys(topology.buses).find((bus) => name === physicalName(prefix, bus));
  return own === 'domain' || own === 'wallet' ? own : 'source';
};

const parseJson = (body: unknown): unknown => {
  try {
    return JSON.parse(String(body));
  } catch {
    return null;
  }
};
