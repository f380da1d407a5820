import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it, vi } from 'vitest';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { middlewareMetrics, tellEveryMinute } from '#adapters/middleware/metrics.ts';
import type { Overview } from '#adapters/middleware/overview.ts';
import { middlewareAlarms } from '#infra/watch/alarmsOfMiddleware.ts';
import { metricsOf } from '#infra/watch/metric.ts';
import { engineOf, operate, viewOf } from './operated.ts';

const waitingFor = (oldestSince: number | null) => ({ live: 2, bulk: 3, dead: 1, oldestSince });
const open = { state: 'open', since: 1_000, until: 6_000 } as const;
const store = () => memoryDeliveryStore({ clock: Date.now, route: () => [] });
const unavailable = TE.left({ type: 'StoreUnavailable', operation: 'look', reason: 'away' } as const);

describe('the health', () => {
  it('tells of breakers, days of the certificate, what waits and since when, and is 200 while a partner is down', async () => {
    const deliveries = { ...store(), waiting: () => TE.right(waitingFor(Date.now() - 90_000)) };
    const views = [viewOf('apple'), viewOf('google', { breaker: open, isDryRun: true })];
    const certificateEndsAt = () => Date.now() - 1_000;
    const { ask } = await operate({ engine: engineOf(views, deliveries), certificateEndsAt }, deliveries);
    expect(await ask('/health')).toMatchObject({
      status: 200,
      body: {
        ...{ version: '1.2.3', state: 'ready', waiting: { live: 4, bulk: 6, dead: 2 }, dryRun: ['google'] },
        ...{ breakers: { apple: 'closed', google: 'open' }, certificateDaysLeft: -1, oldestSeconds: 90 },
      },
    });
    expect((await ask('/health/ready')).status).toBe(200);
    expect((await ask('/health/live')).body).toEqual({ status: 'ok' });
  });

  it('ready says what is not there; alive says that the process is, whatever else is not', async () => {
    const noStore = { ...store(), card: () => unavailable, waiting: () => unavailable };
    const away = await operate({ engine: engineOf([viewOf('apple')], noStore) }, noStore);
    expect(await away.ask('/health/ready')).toMatchObject({ status: 503, body: { detail: 'store unavailable' } });
    expect(await away.ask('/health/live')).toMatchObject({ status: 200 });
    expect(await away.ask('/health')).toMatchObject({
      status: 200,
      body: { state: 'store unavailable', waiting: null },
    });
    const noKeys = await operate({ keyring: keyring({ readKeys: TE.left({ reason: 'away' }), clock: Date.now }) });
    expect(await noKeys.ask('/health/ready')).toMatchObject({ status: 503, body: { detail: 'keys unavailable' } });
  });

  it('draining: not ready at once, alive to the end, and what is in hand is ended before it is over', async () => {
    let ended = false;
    const drain = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      ended = true;
    };
    const service = await operate({ engine: { state: async () => [], drain } });
    const drained = service.drain({ noticeMs: 1_000, withinMs: 1_000 });
    expect(await service.ask('/health/ready')).toMatchObject({ status: 503, body: { detail: 'draining' } });
    expect((await service.ask('/health/live')).status).toBe(200);
    await drained;
    expect(ended).toBe(true);
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  it('asked all the time, the store is asked every two seconds', async () => {
    let [asked, now] = [0, 0];
    const engine = {
      state: async () => {
        asked += 1;
        return [];
      },
      drain: async () => undefined,
    };
    const { ask } = await operate({ engine, clock: () => now });
    for (let time = 0; time < 5; time++) await ask('/health');
    expect(asked).toBe(1);
    now += 2_000;
    await ask('/health');
    expect(asked).toBe(2);
  });
});

describe('the metrics', () => {
  const overview = (some: Partial<Overview> = {}): Overview => ({
    at: 100_000,
    destinations: [viewOf('apple', { waiting: waitingFor(10_000) }), viewOf('google', { breaker: open })],
    certificateDaysLeft: 12,
    ...some,
  });
  /** Lines of CloudWatch's embedded format. */
  const told = async (act: (lines: readonly string[]) => unknown) => {
    const lines: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
    const consoleSpy = vi.spyOn(console, 'log').mockImplementation((text) => void lines.push(String(text)));
    try {
      await act(lines);
    } finally {
      spy.mockRestore();
      consoleSpy.mockRestore();
    }
    return lines.filter((line) => line.includes('_aws')).map((line) => JSON.parse(line));
  };

  it('are what the alarms watch: each name, in that namespace, with those dimensions', async () => {
    const [line] = await told(() => middlewareMetrics('acme').tell(overview()));
    expect(line).toMatchObject({ service: 'middleware', prefix: 'acme', BreakersOpen: 1, CertificateDaysLeft: 12 });
    expect(line).toMatchObject({ DeliveriesWaiting: 5, DeliveriesDead: 1, OldestDeliverySeconds: 90 });
    const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
    const watched = middlewareAlarms(metricsOf('acme')).flatMap(({ measure }) =>
      'namespace' in measure && measure.dimensions.service === 'middleware' ? [measure] : [],
    );
    expect(watched.length).toBeGreaterThan(4);
    for (const { namespace, name, dimensions } of watched) {
      expect(namespace).toBe(Namespace);
      expect(Metrics.map(({ Name }: { Name: string }) => Name)).toContain(name);
      expect(new Set(Dimensions[0])).toEqual(new Set(Object.keys(dimensions)));
    }
  });

  it('leave out what nobody knows: no certificate, a store that does not tell', async () => {
    const silent = overview({ destinations: [viewOf('apple')], certificateDaysLeft: null });
    const [line] = await told(() => middlewareMetrics('acme').tell(silent));
    expect(line).toMatchObject({ BreakersOpen: 0 });
    for (const name of ['CertificateDaysLeft', 'DeliveriesWaiting', 'OldestDeliverySeconds', 'DeliveriesDead'])
      expect(line).not.toHaveProperty(name);
  });

  it('what happened is summed up, for all and for each destination, and told once', async () => {
    const metrics = middlewareMetrics('acme');
    for (const name of ['apple', 'apple', 'google']) metrics.count('Delivered', name);
    metrics.count('Pushed', 'apple');
    const lines = await told(() => metrics.tell(overview()));
    const all = lines.find((line) => line.destination === undefined);
    expect(all).toMatchObject({ Delivered: 3, Pushed: 1 });
    const of = (destination: string, name: string) =>
      lines.find((line) => line.destination === destination && name in line)?.[name];
    expect([of('apple', 'Delivered'), of('google', 'Delivered'), of('apple', 'Pushed')]).toEqual([2, 1, 1]);
    const [again] = await told(() => metrics.tell(overview()));
    expect(again).not.toHaveProperty('Delivered');
  });

  it('are told every so often, and once more at the end', async () => {
    const metrics = middlewareMetrics('acme');
    const lines = await told(async (soFar) => {
      const telling = tellEveryMinute(metrics, async () => overview(), 10);
      await expect.poll(() => soFar.length).toBeGreaterThan(2);
      metrics.count('Delivered', 'apple');
      await telling.stop();
    });
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => 'Delivered' in line && line.destination === undefined)).toHaveLength(1);
  });
});
