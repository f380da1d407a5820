import { createParser } from 'eventsource-parser';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import type { KeptBus } from '../http/busEventApi.ts';
import { defaultBackoff, retryDelayMs, sleep } from '../local/backoff.ts';
import { type Client, CommandFailed } from './client.ts';

export type EventStreamOptions = {
  readonly client: Pick<Client, 'request'>;
  readonly bus: KeptBus;
  /** A sequence number: what came after it is streamed, and then what happens. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** The stream broke off: it is asked for again until the abort. */
  readonly onLost: () => void;
};

/**
 * What a bus carries, each event once and in order, across restarts of the server: resumed with Last-Event-ID. Whoever reads slowly
 * slows the stream down. Throws where the very first connection fails; ends at the abort.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<CarriedEvent> {
  const { signal, onLost } = options;
  let place = options.after;
  let connection: Connection | null = await connected(options, place);
  for (let failures = 0; !signal.aborted; ) {
    try {
      connection ??= await connected(options, place);
      failures = 0;
      for await (const event of eventsOf(connection)) {
        place = event.sequence;
        yield event;
      }
    } catch {
      // Told below, as an end of the stream is.
    }
    connection = null;
    if (signal.aborted) return;
    if (failures === 0) onLost();
    failures += 1;
    await sleep(retryDelayMs({ ...defaultBackoff, capMs: 5_000 }, failures), signal);
  }
}

type Connection = { readonly body: ReadableStream<Uint8Array>; readonly hangUp: AbortController };

const connected = async ({ client, bus, signal }: EventStreamOptions, place: number): Promise<Connection> => {
  const hangUp = new AbortController();
  const { body, headers } = await client.request(`/api/${bus}-events`, {
    headers: { accept: 'text/event-stream', 'last-event-id': String(place) },
    signal: AbortSignal.any([signal, hangUp.signal]),
  });
  if (body === null || !headers.get('content-type')?.startsWith('text/event-stream'))
    throw new CommandFailed('What answers there is no billfold. Set BILLFOLD_URL to one.');
  return { body, hangUp };
};

/** The server sends a sign of life every 15 seconds. */
const SILENCE_MS = 60_000;

async function* eventsOf({ body, hangUp }: Connection): AsyncGenerator<CarriedEvent> {
  const events: CarriedEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const silence = setTimeout(() => hangUp.abort(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    hangUp.abort();
  }
}
