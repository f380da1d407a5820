import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendThrottled } from './awsJson.ts';
import { sendProblem } from './problem.ts';

/** How much of HTTP may be in hand at once: beyond it callers are told to come again, instead of being held in memory. */
export type AdmissionLimits = {
  readonly requests: number;
  readonly bodyBytes: number;
  /** Of those that stay open to be told of what happens. */
  readonly streams: number;
};

export const usualAdmission: AdmissionLimits = { requests: 256, bodyBytes: 64 * 1024 * 1024, streams: 256 };

/** Puts itself before every answer but those about health, which are asked most when there is no room. */
export const admit = (server: FastifyInstance, limits: AdmissionLimits): void => {
  const inHand = { requests: 0, bodyBytes: 0, streams: 0 };
  const given = new WeakMap<FastifyRequest, () => void>();

  server.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/health')) return;
    const bodyBytes = bytesOf(request);
    const isFull =
      inHand.requests >= limits.requests ||
      inHand.bodyBytes + bodyBytes > limits.bodyBytes ||
      (asksForStream(request) && inHand.streams >= limits.streams);
    if (isFull) return comeAgain(request, reply);
    const place = { requests: 1, bodyBytes };
    add(inHand, place, 1);
    given.set(
      request,
      once(() => add(inHand, place, -1)),
    );
    reply.raw.once('close', () => given.get(request)?.());
  });

  server.addHook('onSend', async (request, reply) => {
    if (!String(reply.getHeader('content-type')).startsWith(EVENT_STREAM)) return;
    // It may stay for days, and asks for nothing while it does.
    given.get(request)?.();
    inHand.streams += 1;
    reply.raw.once('close', () => {
      inHand.streams -= 1;
    });
  });
};

type Place = { readonly requests: number; readonly bodyBytes: number };
const add = (inHand: { requests: number; bodyBytes: number }, place: Place, sign: 1 | -1): void => {
  inHand.requests += sign * place.requests;
  inHand.bodyBytes += sign * place.bodyBytes;
};

const once = (work: () => void): (() => void) => {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
};

const asksForStream = ({ headers }: FastifyRequest): boolean => String(headers.accept).includes(EVENT_STREAM);
const EVENT_STREAM = 'text/event-stream';

/** Files go to the disk as they come. A body that does not say its length counts as a usual one. */
const bytesOf = ({ url, headers }: FastifyRequest): number => {
  if (url.startsWith('/api/inbox/')) return 0;
  const said = headers['content-length'];
  if (said !== undefined) return Math.min(Number(said), MOST_BYTES);
  return headers['transfer-encoding'] === undefined ? 0 : USUAL_BYTES;
};
/** What any route takes. */
const MOST_BYTES = 4 * 1024 * 1024;
const USUAL_BYTES = 1024 * 1024;

const comeAgain = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  request.url.startsWith('/eventbridge')
    ? sendThrottled(reply, 'too many requests at once')
    : sendProblem(reply.header('retry-after', '1'), 503, 'Too much at once', 'Come again in a moment.');
