import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Envelope } from '../eventbridge/envelope.ts';
import type { LocalBuses } from '../local/bus.ts';
import { type CarriedEvent, CarriedEvents } from './answers/busEvents.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { pages } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type BusEventApiDeps = {
  readonly buses: Pick<LocalBuses, 'read' | 'waitForNews' | 'head'>;
  /** Aborts when the service stops: open streams end. */
  readonly stopping: AbortSignal;
};

/** A bus that keeps what it carried. */
export type KeptBus = 'wallet' | 'domain';

const MAX_PAGE = 1_000;
const KEEP_ALIVE_MS = 15_000;

/**
 * What a bus has carried, oldest first: a page of it, or with Accept: text/event-stream all of it as it happens.
 * after: a sequence number, or "latest" for only what comes from now on.
 */
export const busEventApi =
  (deps: BusEventApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    for (const bus of ['wallet', 'domain'] as const)
      route(server, 'GET', `/api/${bus}-events`, listCarried(bus), async (request, reply) => {
        const resumed = request.headers['last-event-id'];
        const asked = typeof resumed === 'string' ? resumed : request.query.after;
        const after = asked === 'latest' ? Number(await deps.buses.head(bus)) : wholeNumber(asked, 0);
        const limit = wholeNumber(request.query.limit, MAX_PAGE);
        if (after === null || limit === null || limit < 1)
          return sendProblem(reply, 400, 'after and limit: expected whole numbers');
        if (String(request.headers.accept).includes('text/event-stream')) {
          const closed = new AbortController();
          request.raw.once('close', () => closed.abort());
          const signal = AbortSignal.any([closed.signal, deps.stopping]);
          const stream = Readable.from(serverSentEvents(deps, bus, after, signal));
          return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
        }
        if (asked === 'latest') return { items: [], next: String(after) };
        const items = await readEvents(deps, bus, after, Math.min(limit, MAX_PAGE));
        return { items, next: items.length < Math.min(limit, MAX_PAGE) ? null : String(items.at(-1)?.sequence) };
      });
  };

const listCarried = <Bus extends KeptBus>(bus: Bus) =>
  operation({
    id: bus === 'wallet' ? 'listWalletEvents' : 'listDomainEvents',
    tag: 'events',
    summary: `what the ${bus} bus has carried; Accept: text/event-stream streams`,
    query: {
      ...pages(MAX_PAGE),
      after: 'A sequence number, 0 where it is not said; "latest": only what comes from now on',
    },
    headers: { 'last-event-id': 'Of a stream that broke: where it goes on, before what `after` says' },
    answers: {
      200: {
        'application/json': CarriedEvents,
        'text/event-stream':
          'Each event as it comes: its sequence as id, its detail-type as event, the same JSON as in a page as data',
      },
    },
  });

export const readEvents = async (
  { buses }: { readonly buses: Pick<LocalBuses, 'read'> },
  bus: KeptBus,
  after: number,
  limit: number,
): Promise<readonly CarriedEvent[]> => {
  const entries = await buses.read(bus, BigInt(after), limit);
  return entries.map(({ sequence, text }) => ({ sequence: Number(sequence), ...(JSON.parse(text) as Envelope) }));
};

/** A client that lost the stream resumes with Last-Event-ID, which browsers send by themselves: also one that has seen no event yet. */
async function* serverSentEvents(
  deps: BusEventApiDeps,
  bus: KeptBus,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let place = after;
  let quiet = AbortSignal.timeout(KEEP_ALIVE_MS);
  let either = AbortSignal.any([signal, quiet]);
  yield `: billfold ${bus} events\nid: ${place}\n\n`;
  while (!signal.aborted) {
    for (const event of await readEvents(deps, bus, place, MAX_PAGE)) {
      place = event.sequence;
      yield `id: ${event.sequence}\nevent: ${event['detail-type'].replaceAll(/[\r\n]/g, ' ')}\ndata: ${JSON.stringify(event)}\n\n`;
    }
    await deps.buses.waitForNews(bus, BigInt(place), either);
    if (!quiet.aborted) continue;
    yield ': still here\n\n';
    quiet = AbortSignal.timeout(KEEP_ALIVE_MS);
    either = AbortSignal.any([signal, quiet]);
  }
}
