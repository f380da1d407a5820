import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { LocalBuses } from '../local/bus.ts';
import { wholeNumber } from './memberApi.ts';
import { sendProblem } from './problem.ts';

export type WalletEventApiDeps = {
  readonly buses: Pick<LocalBuses, 'read' | 'waitForNews'>;
  /** Aborts when the service stops: open streams end. */
  readonly stopping: AbortSignal;
};

/** A wallet event as the bus carried it. `sequence` rises; it may skip numbers. */
export type CarriedEvent = {
  readonly sequence: number;
  readonly id: string;
  readonly time: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
};

const MAX_PAGE = 1_000;
const KEEP_ALIVE_MS = 15_000;

/** What the wallet bus has carried, oldest first: a page of it, or with Accept: text/event-stream all of it as it happens. */
export const walletEventApi =
  (deps: WalletEventApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get<{ Querystring: { after?: string; limit?: string } }>('/api/wallet-events', async (request, reply) => {
      const resumed = request.headers['last-event-id'];
      const after = wholeNumber(typeof resumed === 'string' ? resumed : request.query.after, 0);
      const limit = wholeNumber(request.query.limit, MAX_PAGE);
      if (after === null || limit === null || limit < 1)
        return sendProblem(reply, 400, 'after and limit: expected whole numbers');
      if (String(request.headers.accept).includes('text/event-stream')) {
        const closed = new AbortController();
        request.raw.once('close', () => closed.abort());
        const stream = Readable.from(serverSentEvents(deps, after, AbortSignal.any([closed.signal, deps.stopping])));
        return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
      }
      const items = await readEvents(deps, after, Math.min(limit, MAX_PAGE));
      return { items, next: items.length < Math.min(limit, MAX_PAGE) ? null : String(items.at(-1)?.sequence) };
    });
  };

export const readEvents = async (
  { buses }: Pick<WalletEventApiDeps, 'buses'>,
  after: number,
  limit: number,
): Promise<readonly CarriedEvent[]> => {
  const entries = await buses.read('wallet', BigInt(after), limit);
  return entries.map(({ sequence, text }) => {
    const envelope: Omit<CarriedEvent, 'sequence'> = JSON.parse(text);
    const { id, time, source, detail } = envelope;
    return { sequence: Number(sequence), id, time, source, 'detail-type': envelope['detail-type'], detail };
  });
};

/** A client that lost the stream resumes with Last-Event-ID, which browsers send by themselves. */
async function* serverSentEvents(deps: WalletEventApiDeps, after: number, signal: AbortSignal): AsyncGenerator<string> {
  let place = after;
  yield ': billfold wallet events\n\n';
  while (!signal.aborted) {
    for (const event of await readEvents(deps, place, MAX_PAGE)) {
      place = event.sequence;
      yield `id: ${event.sequence}\nevent: ${event['detail-type']}\ndata: ${JSON.stringify(event)}\n\n`;
    }
    const quiet = AbortSignal.timeout(KEEP_ALIVE_MS);
    await deps.buses.waitForNews('wallet', BigInt(place), AbortSignal.any([signal, quiet]));
    if (quiet.aborted) yield ': still here\n\n';
  }
}
