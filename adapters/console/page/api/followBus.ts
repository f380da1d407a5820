import { createParser } from 'eventsource-parser';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import type { KeptBus } from '../../../http/busEventApi.ts';
import { type BusLog, type BusNews, KEPT } from './busLog.ts';
import { getJson } from './client.ts';

export type FollowOptions = {
  readonly bus: KeptBus;
  readonly log: () => BusLog;
  readonly tell: (news: BusNews) => void;
  readonly signal: AbortSignal;
};

/** Shown at once: what the bus carried before anybody looked; so much that it is mostly known what a pass was before an event. */
const AT_FIRST = 1_000;
/** The service gives a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
const RETRY_MS = [250, 500, 1_000, 2_000] as const;

/**
 * What a bus carries, until the abort, across restarts of the service. Not by the browser's EventSource: that one hears only events whose names it is told
 * beforehand, and a bus carries anybody's; and it reads on whether or not the page keeps up.
 */
export const followBus = async (options: FollowOptions): Promise<void> => {
  const { tell, signal } = options;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const opened = await placeToBegin(options);
      const body = await streamAfter(options, opened.from);
      tell({ type: 'Opened', at: Date.now(), ...opened });
      failures = 0;
      await readTo(body, options);
    } catch {
      // Told below, as the end of a stream is.
    }
    if (signal.aborted) return;
    tell({ type: 'Lost', at: Date.now() });
    await sleep(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0, signal);
  }
};

type Page = { readonly items: readonly CarriedEvent[]; readonly next: string | null };

/** Where the page left off, as long as the same events stand there; in another store, or at first, a little before its end. */
const placeToBegin = async ({ bus, log, signal }: FollowOptions) => {
  const { place, events } = log();
  const head = Number((await getJson<Page>(`/api/${bus}-events?after=latest`, signal)).next);
  const last = events.at(-1);
  const isSameStore = place === null || (place <= head && (last === undefined || (await stands(bus, last, signal))));
  const anew = Math.max(0, head - AT_FIRST);
  return { head, isSameStore, from: place === null || !isSameStore ? anew : Math.max(place, head - KEPT) };
};

const stands = async (bus: KeptBus, { sequence, id }: CarriedEvent, signal: AbortSignal): Promise<boolean> => {
  const { items } = await getJson<Page>(`/api/${bus}-events?after=${sequence - 1}&limit=1`, signal);
  return items[0]?.sequence === sequence && items[0].id === id;
};

const streamAfter = async ({ bus, signal }: FollowOptions, from: number): Promise<ReadableStream<Uint8Array>> => {
  const { ok, body } = await fetch(`/api/${bus}-events?after=${from}`, {
    headers: { accept: 'text/event-stream' },
    signal,
  });
  if (!ok || body === null) throw new Error('no stream');
  return body;
};

/** Reads to the end. Rejects where it breaks off, or says nothing for too long. */
const readTo = async (body: ReadableStream<Uint8Array>, { tell }: FollowOptions): Promise<void> => {
  const events: CarriedEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const silence = setTimeout(() => void reader.cancel(), SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      if (events.length > 0) tell({ type: 'Arrived', at: Date.now(), events: events.splice(0) });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
};

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
