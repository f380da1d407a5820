import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import { created, type HttpService, problem, startService } from './support.ts';

let billfold: HttpService;
beforeAll(async () => {
  billfold = await startService();
  await enrol(5);
});
afterAll(() => billfold.stop());

/** Each is one wallet event. */
const enrol = async (members: number): Promise<void> => {
  const Entries = Array.from(
    { length: members },
    (_, index) => created('Contact', { MemberNumber__c: `M-${index}` }).entry,
  );
  await billfold.eventBridge.send(new PutEventsCommand({ Entries }));
  await billfold.untilIdle();
};

type Page = { readonly items: readonly CarriedEvent[]; readonly next: string | null };
const page = async (query: string): Promise<Page> => (await billfold.ask(`/api/wallet-events${query}`)).body as Page;

describe('GET /api/wallet-events', () => {
  it('lists what the bus carried, oldest first, each with a rising sequence number', async () => {
    const { items, next } = await page('');
    expect(items.map((event) => event['detail-type'])).toEqual(Array.from({ length: 5 }, () => 'WalletPassIssued'));
    expect(items.map(({ sequence }) => sequence)).toEqual(
      items.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
    expect(items[0]).toMatchObject({
      source: 'billfold.wallet',
      detail: { metadata: { revision: 1 }, data: { pass: {} } },
    });
    expect(next).toBeNull();
  });

  it('gives pages: next is the after of the page that follows', async () => {
    const all = (await page('')).items;
    const paged: CarriedEvent[] = [];
    for (let after: string | null = '0'; after !== null; ) {
      const { items, next }: Page = await page(`?limit=2&after=${after}`);
      expect(items.length).toBeLessThanOrEqual(2);
      paged.push(...items);
      after = next;
    }
    expect(paged).toEqual(all);
    expect(await page('?after=999999999')).toEqual({ items: [], next: null });
  });

  it.each(['after=-1', 'after=x', 'limit=0', 'limit=ten', 'after=1&after=2'])('refuses ?%s', async (query) => {
    expect(await billfold.ask(`/api/wallet-events?${query}`)).toMatchObject(problem(400, 'after and limit'));
  });
});

describe('GET /api/wallet-events?after=latest', () => {
  it('gives the place from which on everything is new', async () => {
    const { items, next } = await page('?after=latest');
    expect({ items, next }).toEqual({ items: [], next: String((await page('')).items.at(-1)?.sequence) });
    await enrol(1);
    expect((await page(`?after=${next}`)).items).toHaveLength(1);
  });

  it('says the place as the id of a stream before its first event, so that a stream that is lost at once loses none', async () => {
    const hangUp = new AbortController();
    const response = await fetch(`${billfold.url}/api/wallet-events?after=latest`, {
      headers: { accept: 'text/event-stream' },
      signal: hangUp.signal,
    });
    for await (const chunk of response.body ?? []) {
      expect(new TextDecoder().decode(chunk)).toContain(`id: ${(await page('?after=latest')).next}\n\n`);
      break;
    }
    hangUp.abort();
  });
});

describe('GET /api/domain-events', () => {
  it('lists what the domain bus carried, as whole envelopes and without personal facts', async () => {
    const { body } = await billfold.ask('/api/domain-events?limit=1');
    const { items, next } = body as Page;
    expect(items).toMatchObject([
      {
        ...{ version: '0', source: 'billfold.domain', 'detail-type': 'MemberEnrolled', region: 'local', resources: [] },
        detail: { metadata: { schema: 'billfold.domain/1', version: 1 }, data: { type: 'MemberEnrolled' } },
      },
    ]);
    expect(JSON.stringify(items)).not.toContain('personal');
    expect(next).toBe(String(items[0]?.sequence));
  });

  it('streams them', async () => {
    const hangUp = new AbortController();
    const response = await fetch(`${billfold.url}/api/domain-events`, {
      headers: { accept: 'text/event-stream' },
      signal: hangUp.signal,
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('event: MemberEnrolled\ndata: {')) break;
    }
    hangUp.abort();
  });
});

describe('GET /api/wallet-events as text/event-stream', () => {
  /** Reads until so many events came, then hangs up. */
  const stream = async (count: number, headers: Record<string, string>, query = '', meanwhile = async () => {}) => {
    const hangUp = new AbortController();
    const response = await fetch(`${billfold.url}/api/wallet-events${query}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: hangUp.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const working = meanwhile();
    const events: { readonly id: string; readonly event: string; readonly data: CarriedEvent }[] = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = new Map(
          block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
        );
        const data = lines.get('data');
        if (data !== undefined)
          events.push({ id: lines.get('id') ?? '', event: lines.get('event') ?? '', data: JSON.parse(data) });
      }
      if (events.length >= count) break;
    }
    hangUp.abort();
    await working;
    return events;
  };

  it('sends what there is and then what happens', async () => {
    const before = (await page('')).items;
    const events = await stream(before.length + 2, {}, '', () => enrol(2));
    const { items } = await page('');
    expect(events.map(({ data }) => data)).toEqual(items);
    expect(events.map(({ id }) => id)).toEqual(items.map(({ sequence }) => String(sequence)));
    expect(events[0]?.event).toBe('WalletPassIssued');
  });

  it('goes on after Last-Event-ID, whatever `after` says', async () => {
    const { items } = await page('');
    const third = items[2]!;
    const events = await stream(items.length - 3, { 'last-event-id': String(third.sequence) }, '?after=0');
    expect(events.map(({ data }) => data)).toEqual(items.slice(3));
  });

  it('refuses a Last-Event-ID that is none', async () => {
    const headers = { accept: 'text/event-stream', 'last-event-id': 'x' };
    expect(await billfold.ask('/api/wallet-events', { headers })).toMatchObject(problem(400, 'after and limit'));
  });
});

describe('whoever puts an event of their own on the wallet bus', () => {
  it('finds it there, and stops nothing', async () => {
    const foreign = {
      Source: 'somebody',
      DetailType: 'Anything',
      Detail: '{"hello":1}',
      EventBusName: 'billfold-wallet',
    };
    await billfold.eventBridge.send(new PutEventsCommand({ Entries: [foreign] }));
    await enrol(1);
    const [theirs, ours] = (await page('')).items.slice(-2);
    expect(theirs).toMatchObject({ source: 'somebody', 'detail-type': 'Anything', detail: { hello: 1 } });
    expect(ours).toMatchObject({ source: 'billfold.wallet' });
    expect(await billfold.untilIdle()).toMatchObject({ counts: { passesIssued: 9, passesUpdated: 0 } });
  });
});
