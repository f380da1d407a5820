import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { Destination } from '#adapters/delivery/destination.ts';
import { engineOf } from '#adapters/delivery/engine.ts';
import type { EngineLine } from '#adapters/delivery/outbound.ts';
import { makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { wakingStore } from '#adapters/middleware/wakingStore.ts';
import { envelopeOf, walletEvent } from '#test/adapters/middleware/support.ts';
import { got } from '#test/contract/given.ts';
import { acceptedFrom, anEvent, answering, deliver, type Got, type Reply, receiver, webhook } from './receiver.ts';

const clock = () => Date.now();

/** The engine with what stands between it and partners, as in the service, over stores in memory. */
const delivering = (...destinations: readonly Destination[]) => {
  const store = memoryDeliveryStore({
    clock,
    route: (event) => destinations.filter(({ wants }) => wants(event)).map(({ name }) => name),
  });
  const lines: EngineLine[] = [];
  const engine = engineOf({
    ...{ store, destinations, clock, random: Math.random, dryRun: () => false, budget: memoryBudget({ clock }) },
    ...{ tell: (line) => void lines.push(line), onMetric: () => undefined },
  });
  engine.start();
  onTestFinished(() => engine.drain({ withinMs: 1_000 }));
  return { store: wakingStore(store, () => engine), lines };
};

const passOf = (member: number, revision: number): AcceptedEvent => {
  const event = walletEvent(revision);
  const metadata = { ...event.detail.metadata, memberId: `m-${member}`, eventId: `m-${member}.${revision}` };
  return acceptedFrom(envelopeOf({ ...event, detail: { ...event.detail, metadata } }));
};
const LIMITS = { perSecond: 40, burst: 10, concurrent: 6, tryTimeoutMs: 300, deadlineMs: 20_000, tries: 8 };

const faults: Readonly<Record<string, Reply>> = {
  'retry in a second': answering(429, { 'retry-after': '1' }),
  'retry at a date': (response) =>
    void response.writeHead(429, { 'retry-after': new Date(Date.now() + 1_000).toUTCString() }).end(),
  away: answering(503),
  reset: (response) => void response.socket?.destroy(),
  'reset in the middle': (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"ok"');
    setImmediate(() => response.socket?.destroy());
  },
  stall: () => undefined,
  'stall in the middle': (response) => void response.writeHead(200).write('{"ok"'),
};

type Told = { readonly memberId: string; readonly revision: number; readonly at: number };
const toldBy = ({ body }: Got): Told => ({ ...JSON.parse(body), at: Date.now() });

const underFaults = async (schedule: readonly { readonly fault: string; readonly at: number }[]): Promise<void> => {
  const planned = new Map(schedule.map(({ fault, at }) => [at, fault]));
  const told: Told[] = [];
  const { url } = await receiver((response, one, index) => {
    told.push(toldBy(one));
    const fault = faults[planned.get(index) ?? ''] ?? answering(200, {}, '{"ok":true}');
    return fault(response, one, index);
  });
  const crm = webhook({
    ...{ url, limits: LIMITS, succeeds: { condition: 'body.ok' } },
    body: '{ "memberId": metadata.memberId, "revision": metadata.revision }',
  });
  const { store } = delivering(crm);
  const members = [0, 1, 2, 3, 4, 5, 6, 7];
  for (const revision of [1, 2, 3]) {
    await store.accept(members.map((member) => passOf(member, revision)));
    await sleep(120);
  }
  const states = async () =>
    (await Promise.all(members.map((member) => got(store.ofMember(`m-${member}`)))))
      .flat()
      .map(({ state, done }) => `${state} ${done}`);
  await expect.poll(states, { timeout: 20_000 }).toEqual(members.map(() => 'delivered 3'));
  for (const member of members) {
    const revisions = told.filter(({ memberId }) => memberId === `m-${member}`).map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(revisions.at(-1)).toBe(3);
  }
  for (const { at: from } of told)
    expect(told.filter(({ at }) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(
      LIMITS.perSecond + LIMITS.burst,
    );
};

describe('a webhook behind what guards a partner', () => {
  test('whatever fails, every member ends with the last revision, in order, and no more come in a second than may', {
    timeout: 60_000,
  }, async () => {
    const fault = fc.record({ fault: fc.constantFrom(...Object.keys(faults)), at: fc.nat(30) });
    await fc.assert(fc.asyncProperty(fc.array(fault, { minLength: 5, maxLength: 9 }), underFaults), { numRuns: 2 });
  });

  test('every fault is told as what it was, and tried again in the same step', { timeout: 30_000 }, async () => {
    let fault: Reply | null = null;
    const { url } = await receiver((response, one, index) => {
      const reply = fault ?? answering(200, {}, '{}');
      fault = null;
      return reply(response, one, index);
    });
    const { store, lines } = delivering(webhook({ url, limits: LIMITS, keeps: '1', events: { source: ['shop'] } }));
    for (const [name, reply] of Object.entries(faults)) {
      fault = reply;
      lines.length = 0;
      await store.accept([anEvent({ id: name })]);
      await expect.poll(() => lines.find(({ type }) => type === 'Settled'), { timeout: 5_000 }).toBeDefined();
      const status = { 'retry in a second': 429, 'retry at a date': 429, away: 503 }[name] ?? null;
      expect(lines, name).toMatchObject([
        { type: 'Outbound', outcome: 'failed', status },
        { type: 'Outbound', outcome: 'ok', status: 200 },
        { type: 'Settled', verdict: 'Delivered' },
      ]);
    }
  });

  test('a refusal, a redirect and an expression that throws stop their own delivery; what comes after them is delivered', async () => {
    const { url, got: received } = await receiver(
      (response, { body }) =>
        void response
          .writeHead(body === '1' ? 302 : body === '2' ? 400 : 200, { location: 'http://127.0.0.1:1/' })
          .end(),
    );
    const crm = webhook({ url, limits: LIMITS, body: 'metadata.revision = 3 ? $error("canary") : metadata.revision' });
    const { store } = delivering(crm);
    const stateAfter = async (revision: number) => {
      await store.accept([passOf(1, revision)]);
      const settled = async () => (await got(store.ofMember('m-1')))[0];
      await expect.poll(async () => (await settled())?.state).not.toBe('waiting');
      return settled();
    };
    expect(await stateAfter(1)).toMatchObject({ state: 'dead', reason: 'Found: redirects are not followed' });
    expect(await stateAfter(2)).toMatchObject({ state: 'dead', reason: 'Bad Request' });
    expect(await stateAfter(3)).toMatchObject({
      state: 'dead',
      reason: "body failed with JSONata's D3137 at character 31",
    });
    expect(await stateAfter(4)).toMatchObject({ state: 'delivered', done: 4 });
    expect(received.map(({ body }) => body)).toEqual(['1', '2', '4']);
  });

  test('a server with a certificate that nobody trusts is told nothing, and that passes; one that is trusted is told', async () => {
    const { root, loopback } = await makeCertificates({
      ...{ passTypeIdentifier: 'pass.test', teamIdentifier: 'A1B2C3D4E5', now: clock() },
    });
    const tls = { key: loopback.key, cert: loopback.certificate };
    const { url, got: received } = await receiver(answering(200), tls);
    const settings = { url, headers: { authorization: 'canary' } };
    const { verdict } = await deliver(webhook(settings), anEvent());
    expect(verdict).toEqual({
      type: 'Later',
      reason: expect.stringMatching(/^[A-Z_]*(?:CERT|VERIFY)[A-Z_]*$/),
      isFailure: true,
    });
    expect(received).toEqual([]);
    expect((await deliver(webhook(settings, { ca: root.certificate }), anEvent())).verdict).toEqual({
      type: 'Delivered',
    });
  });
});
