import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import { seededRandom } from '#adapters/sample/random.ts';
import { created } from '#test/adapters/http/support.ts';
import { freshPlace, type Place, run, type Service, startIn } from '#test/flow/process.ts';
import { freePort } from '#test/support/ports.ts';

/** What the CRM was told of each customer, in the order it was. */
type Told = { readonly revision: number; readonly number: string | null; readonly tier: string | null };
const startCrm = async () => {
  const told = new Map<string, Told[]>();
  const url = await listening(async (request, response) => {
    const memberId = request.url?.split('/').at(-1) ?? '';
    const customer: Told = JSON.parse(await text(request));
    // A CRM takes its time.
    await sleep(3);
    told.set(memberId, [...(told.get(memberId) ?? []), customer]);
    response.writeHead(204).end();
  });
  return { url, told };
};

const listening = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const start = (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const running = run(process.execPath, args, environment);
  onTestFinished(() => {
    try {
      process.kill(running.pid, 'SIGKILL');
    } catch {
      // It ended before.
    }
  });
  return running;
};

const members = Array.from({ length: 6 }, (_, index) =>
  created('Contact', { MemberNumber__c: `M-${index}`, Name: { FirstName: 'Ada', LastName: 'Roth' } }),
);
/** Several revisions of each member's pass. */
const live = async ({ eventBridge, untilIdle }: Service): Promise<void> => {
  await eventBridge.send(new PutEventsCommand({ Entries: members.map(({ entry }) => entry) }));
  await untilIdle();
  for (let round = 1; round <= 4; round++) {
    const orders = members.map(({ id }) =>
      created('Order', { BillToContactId: id, EffectiveDate: today(), Status: 'Activated', TotalAmount: 400 * round }),
    );
    await eventBridge.send(new PutEventsCommand({ Entries: orders.map(({ entry }) => entry) }));
    await untilIdle();
  }
};
const today = (): string => new Date().toISOString().slice(0, 10);

/** Each member's newest pass was told last, and no older one after a newer. */
const expectNewestLast = async (service: Service, told: ReadonlyMap<string, readonly Told[]>): Promise<void> => {
  const newest = new Map<string, number>();
  for (const { metadata } of await service.walletEvents()) newest.set(metadata.memberId, metadata.revision);
  expect(newest.size).toBe(members.length);
  for (const [memberId, revision] of newest) {
    const revisions = told.get(memberId)?.map((customer) => customer.revision) ?? [];
    expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b));
    expect(revisions.at(-1)).toBe(revision);
    expect(revision).toBeGreaterThan(3);
    expect(told.get(memberId)?.at(-1)?.tier).toBe((await service.passOf(memberId))?.tier.name);
  }
};

describe('a CRM that subscribes to the wallet bus', () => {
  test('over HTTP: from the bus through repetitions and another order to the newest pass, last', {
    timeout: 60_000,
  }, async () => {
    const place: Place = await freshPlace();
    const service = await startIn(place);
    const crm = await startCrm();
    const port = await freePort();
    start(['test/examples/crmServer.ts'], { CRM_URL: crm.url, PORT: String(port) });
    const random = seededRandom(7);
    const deliveries: Promise<void>[] = [];
    const relayed = new Set<string>();
    const deliver = async (body: string): Promise<void> => {
      await sleep(random.int(0, 300));
      const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body }).catch(() => null);
      if (answer?.status !== 204) return deliver(body);
    };
    // A bad wire: what comes in goes on up to three times, each when it likes.
    const relay = await listening(async (request, response) => {
      const body = await text(request);
      relayed.add(body);
      for (let copies = random.int(1, 3); copies > 0; copies--) deliveries.push(deliver(body));
      response.writeHead(204).end();
    });
    start(['adapters/cli/billfold.js', 'subscribe', '--to', relay, '--after', '0'], {
      BILLFOLD_URL: `http://127.0.0.1:${place.port}`,
    });
    await live(service);
    const { length } = await service.walletEvents();
    await expect.poll(() => relayed.size, { timeout: 10_000 }).toBe(length);
    await Promise.all(deliveries);
    await expectNewestLast(service, crm.told);
  });

  test('as Lambdas side by side, whose marks are in DynamoDB: the same', { timeout: 60_000 }, async () => {
    const service = await startIn(await freshPlace());
    const crm = await startCrm();
    const endpoint = inject('dynamodbEndpoint');
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_REGION: 'local', CRM_URL: crm.url };
    for (const [name, value] of Object.entries({ ...environment, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'a' }))
      vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const table = { partitionKey: { name: 'p', type: 'S' as const }, sortKey: null, stream: null, indexes: [] };
    await createTables({ dynamodb: new DynamoDBClient({}) })('example', {
      consumers: { ...table, pointInTimeRecovery: false },
    });
    await live(service);
    const { items } = await service.get<{ items: CarriedEvent[] }>('/api/wallet-events');
    const instance = async () => {
      vi.resetModules();
      return (await import('./crmLambda.ts')).handler;
    };
    const instances = [await instance(), await instance(), await instance()];
    const random = seededRandom(11);
    // EventBridge calls again what threw.
    const call = async (event: CarriedEvent): Promise<void> => {
      await sleep(random.int(0, 200));
      await random
        .pick(instances)(event)
        .catch(() => call(event));
    };
    await Promise.all([...items, ...items].map(call));
    await expectNewestLast(service, crm.told);
  });
});

test('a browser follows the bus with a few lines', { timeout: 30_000 }, async () => {
  const place = await freshPlace();
  const service = await startIn(place);
  const script = await readFile(new URL('browser.js', import.meta.url), 'utf8');
  const copy = join(place.folder, 'browser.mjs');
  await writeFile(copy, script.replace(':8400/', `:${place.port}/`));
  const browser = start(['--experimental-eventsource', copy], {});
  const member = created('Contact', { MemberNumber__c: 'M-1' });
  await service.eventBridge.send(new PutEventsCommand({ Entries: [member.entry] }));
  for (let serial = 1; !browser.stdout().includes('M-1'); serial++) {
    const order = created('Order', {
      BillToContactId: member.id,
      EffectiveDate: today(),
      Status: 'Activated',
      TotalAmount: serial,
    });
    await service.eventBridge.send(new PutEventsCommand({ Entries: [order.entry] }));
    await service.untilIdle();
    await sleep(200);
  }
  expect(browser.stdout()).toMatch(/^M-1 Member$/m);
});
