import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { Acceptance, AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { DeliveryStore } from '../delivery/deliveryStore.ts';
import { problemOf, sendProblem } from '../http/problem.ts';
import { tell } from '../http/told.ts';
import { topology } from '../topology.ts';
import { isTold } from './inboundLog.ts';
import type { Keyring } from './keyring.ts';
import type { RateLimit } from './rateLimit.ts';
import { readEvents } from './readEvents.ts';

export type EventApiDeps = {
  readonly deliveries: Pick<DeliveryStore, 'accept'>;
  readonly keyring: Pick<Keyring, 'check'>;
  readonly rateLimit: RateLimit;
};

/** Of an event that was not accepted. retry: it may be sent again as it is; otherwise it would be refused again. */
export type FailedEvent = { readonly index: number; readonly retry: boolean; readonly reason: string };
/** The answer 202, or 207 where `failed` has any. */
export type EventsAnswer = {
  readonly accepted: number;
  readonly duplicates: number;
  readonly failed?: readonly FailedEvent[];
};

/**
 * POST /events: EventBridge events as a rule delivers them, or CloudEvents 1.0 (structured, batched); one or a list. What is accepted is stored, nobody is called.
 *
 *   202 all of them wait now, or did before        207 some failed: `failed` says which, why, and whether to retry
 *   422 all of them would be refused again: `failed` 401 no key, or none of ours      400, 413, 415 the body as a whole
 *   429 too many requests with this key              503 the store, or the keys, cannot be reached; both with Retry-After
 */
export const eventApi =
  ({ deliveries, keyring, rateLimit }: EventApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(CONTENT_TYPES, { parseAs: 'string' }, (_request, body, done) => done(null, body));
    server.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 415)) throw error;
      return sendProblem(reply, 415, 'Another content type', `expected ${CONTENT_TYPES.join(' or ')}`);
    });

    const admit = async (request: FastifyRequest, reply: FastifyReply) => {
      const verdict = await keyring.check(request.headers.authorization);
      if (verdict.type === 'Unavailable') return comeAgain(reply, 503, 'The keys cannot be read at the moment');
      if (verdict.type === 'Unknown')
        return sendProblem(
          reply.header('www-authenticate', 'Bearer'),
          401,
          'Not known here',
          'expected Authorization: Bearer and the key',
        );
      const waitSeconds = rateLimit(verdict.holder);
      if (waitSeconds !== null) return comeAgain(reply, 429, 'Too many requests', waitSeconds);
    };

    server.post(
      topology.middleware.eventsPath,
      { onRequest: admit, bodyLimit: MAX_BODY_BYTES },
      async (request, reply) => {
        const events = readEvents(String(request.body));
        if (E.isLeft(events)) return sendProblem(reply, 400, 'Not understood', events.left);
        if (events.right.length > MAX_EVENTS)
          return sendProblem(reply, 413, 'Too many events', `expected at most ${MAX_EVENTS}`);
        const readable = events.right.flatMap((event) => (E.isRight(event) ? [event.right] : []));
        const outcomes = outcomesOf(events.right, await deliveries.accept(readable));
        tell(request, { ...countsOf(outcomes), traces: tracesOf(readable), correlationIds: correlationsOf(readable) });
        return answer(reply, outcomes);
      },
    );
  };

/** CloudEvents JSON event format, section 3 and 4: structured, and batched. */
const CONTENT_TYPES = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
/** What a queue hands to a function at once, and its envelope (Lambda quotas: 6 MB). */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_EVENTS = 100;
/** Until the store answers again, or a task with it. */
const RETRY_AFTER_SECONDS = 2;

type Outcome = Acceptance | { readonly refused: string };

const outcomesOf = (
  events: readonly E.Either<string, AcceptedEvent>[],
  acceptances: readonly Acceptance[],
): readonly Outcome[] => {
  let next = 0;
  return events.map((event) =>
    E.isLeft(event) ? { refused: event.left } : (acceptances[next++] ?? ('Unavailable' as const)),
  );
};

const failedAmong = (outcomes: readonly Outcome[]): readonly FailedEvent[] =>
  outcomes.flatMap((outcome, index): readonly FailedEvent[] => {
    if (typeof outcome === 'object') return [{ index, retry: false, reason: outcome.refused }];
    return outcome === 'Unavailable' ? [{ index, retry: true, reason: 'could not be stored' }] : [];
  });

const countsOf = (outcomes: readonly Outcome[]) => {
  const count = (wanted: Acceptance): number => outcomes.filter((outcome) => outcome === wanted).length;
  const failed = failedAmong(outcomes);
  const refused = failed.filter(({ retry }) => !retry).length;
  const counts = { accepted: count('Accepted'), duplicates: count('Duplicate') };
  return { ...counts, refused, unavailable: failed.length - refused };
};

const answer = (reply: FastifyReply, outcomes: readonly Outcome[]): FastifyReply => {
  const failed = failedAmong(outcomes);
  const { accepted, duplicates, refused, unavailable } = countsOf(outcomes);
  if (failed.length === 0) return reply.code(202).send({ accepted, duplicates } satisfies EventsAnswer);
  if (refused === outcomes.length)
    return reply
      .code(422)
      .type('application/problem+json')
      .send({ ...problemOf(422, 'Not accepted', 'none of these events can be accepted'), failed });
  if (unavailable === outcomes.length) return comeAgain(reply, 503, 'The store cannot be reached at the moment');
  if (unavailable > 0) reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(207).send({ accepted, duplicates, failed } satisfies EventsAnswer);
};

const comeAgain = (reply: FastifyReply, status: 429 | 503, title: string, seconds = RETRY_AFTER_SECONDS) =>
  sendProblem(reply.header('retry-after', seconds), status, title);

/** How events are followed to where they come from: ids of commits, files and flows. What looks like anything else is not told. */
const correlationsOf = (events: readonly AcceptedEvent[]): readonly string[] => [
  ...new Set(events.flatMap(({ correlationId }) => (isTold(correlationId) ? [correlationId] : []))),
];

/** Trace ids: hashes, so a line tells of no member, and can still be found. */
const tracesOf = (events: readonly AcceptedEvent[]): readonly string[] =>
  events.flatMap(({ traceparent }) => traceparent?.split('-')[1] ?? []);
