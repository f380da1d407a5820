import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { apnsClient } from '#adapters/apple/apns.ts';
import { loadDesign } from '#adapters/apple/design.ts';
import { APPLE, appleDestination } from '#adapters/apple/destination.ts';
import { readIdentity } from '#adapters/apple/identity.ts';
import { passPackage } from '#adapters/apple/passPackage.ts';
import { AppleSettings } from '#adapters/apple/settings.ts';
import { engineOf } from '#adapters/delivery/engine.ts';
import type { EngineLine } from '#adapters/delivery/outbound.ts';
import { startApns } from '#adapters/local/standIns/apns.ts';
import { type Certificates, makeCertificates } from '#adapters/local/standIns/certificates.ts';
import { type Phones, startPhones } from '#adapters/local/standIns/phones.ts';
import { memoryBudget } from '#adapters/memory/budget.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import type { Pass } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { has } from '#test/support/programs.ts';
import { eventOf, startWebService, TEAM, TYPE, tokenOf } from './serving.ts';

const ANNA = '003A00000000001AAA';
const BEN = '003A00000000002AAA';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates({ passTypeIdentifier: TYPE, teamIdentifier: TEAM, now: Date.now() });
});

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left));
  return either.right;
};

const passOf = (memberId: string, spent: string): Pass => ({
  ...{
    memberId,
    memberNumber: 'M-1',
    status: 'active',
    holder: { firstName: 'Anna', lastName: 'Roth' },
    memberSince: null,
  },
  tier: { name: 'Silver', qualifyingSpend: { amount: spent, currency: 'EUR' }, next: null, progress: 1 },
  spend: { lifetime: [{ amount: spent, currency: 'EUR' }], last12Months: [], purchases: 1, lastPurchaseOn: null },
  promotions: [],
});

/** All of it as it runs: engine, destination, web service, signed passes; APNs and the phones are stand-ins. */
const start = async () => {
  const settings = right(
    AppleSettings.decode({
      ...{ passTypeIdentifier: TYPE, teamIdentifier: TEAM, organizationName: 'Example', description: 'Card' },
      ...{ webServiceUrl: 'https://passes.example.com/apple', pushEverySeconds: 1 },
      limits: { tryTimeoutMs: 500, deadlineMs: 2_000, tries: 2 },
    }),
  );
  const clock = Object.assign(() => Date.now(), { advance: () => undefined });
  const deliveries = memoryDeliveryStore({ clock, route: () => [APPLE] });
  const registrations = memoryRegistrations({ clock });
  let phones: Phones | null = null;
  const apns = await startApns({ certificates, topic: TYPE, onPush: (pushToken) => phones?.pushed(pushToken) });
  const identity = right(readIdentity(certificates.identity, settings, clock()));
  const design = right(await loadDesign(null, settings));
  const client = apnsClient({
    settings: { ...settings, apns: { ...settings.apns, url: apns.url } },
    credentials: async () => E.right({ type: 'certificate', ...identity }),
    ca: certificates.root.certificate,
    clock,
    timing: { holdOffMs: 20 },
  });
  const lines: EngineLine[] = [];
  const engine = engineOf({
    store: deliveries,
    destinations: [appleDestination({ settings, registrations, apns: client, clock })],
    ...{ budget: memoryBudget({ clock }), clock, random: Math.random, onMetric: () => undefined, dryRun: () => false },
    tell: (line) => void lines.push(line),
  });
  const impatient = {
    ...deliveries,
    // At once: nobody waits for half a minute here.
    nudge: (key: Parameters<typeof deliveries.nudge>[0]) => deliveries.nudge(key, clock()),
  };
  const service = await startWebService({
    ...{ clock, deliveries: impatient, registrations },
    passPackage: passPackage({ settings, identity, ...design }),
  });
  const phoneDeps = {
    passTypeIdentifier: TYPE,
    webServiceUrl: () => `${service.url}/apple`,
    pushTokens: apns.pushTokens,
    retryMs: 20,
  };
  phones = startPhones(phoneDeps);
  engine.start();
  // By itself it looks after a while, for which nobody waits here.
  const rings = setInterval(() => engine.ring(), 100);
  onTestFinished(async () => {
    clearInterval(rings);
    await engine.drain({ withinMs: 1_000 });
    await client.close();
    await apns.close();
  });
  const publish = async (memberId: string, revision: number): Promise<void> => {
    const data = { metadata: {}, data: { changed: ['spend'], pass: passOf(memberId, `${revision}00.00`) } };
    const event = { ...eventOf(memberId, revision), content: JSON.stringify({ data }) };
    expect(await deliveries.accept([event])).toEqual(['Accepted']);
    engine.accepted([event]);
  };
  const add = (memberId: string, deviceId?: string) =>
    (phones as Phones).add({ memberId, authenticationToken: tokenOf(memberId) }, deviceId);
  const delivered = async (memberId: string, revision: number): Promise<void> => {
    await expect
      .poll(async () => await got(deliveries.ofMember(memberId)), { timeout: 8_000 })
      .toMatchObject([{ state: 'delivered', done: revision }]);
  };
  const restartPhones = (): void => {
    phones?.close();
    apns.pushTokens.clear();
    phones = startPhones(phoneDeps);
  };
  return { phones, apns, service, registrations, deliveries, lines, engine, publish, add, delivered, restartPhones };
};

describe('a phone', () => {
  it('holds what was published last: a purchase becomes a push, a list, a fetch, and the delivery is done', async () => {
    const { publish, add, delivered, lines, apns } = await start();
    await publish(ANNA, 1);
    await publish(BEN, 1);
    const phone = await add(ANNA);
    await add(BEN, phone.deviceId);
    await delivered(ANNA, 1);
    await publish(ANNA, 2);
    await publish(ANNA, 3);
    await delivered(ANNA, 3);
    const held = phone.passes.get(ANNA);
    expect(held?.pass).toMatchObject({
      userInfo: { revision: 3 },
      serialNumber: ANNA,
      authenticationToken: tokenOf(ANNA),
    });
    expect(phone.passes.get(BEN)).toMatchObject({ fetched: 1 });
    expect(apns.counts.connections).toBe(1);
    const said = JSON.stringify(lines);
    for (const personal of [ANNA, phone.deviceId, phone.pushToken, tokenOf(ANNA)]) expect(said).not.toContain(personal);
    expect(said).toContain('"step":"push"');
  });

  it('that is gone after a restart is retired when it is pushed, and the delivery comes to its end', async () => {
    const { publish, add, delivered, registrations, restartPhones, deliveries } = await start();
    await publish(ANNA, 1);
    await add(ANNA);
    await delivered(ANNA, 1);
    restartPhones();
    await publish(ANNA, 2);
    await delivered(ANNA, 2);
    expect(await got(registrations.ofMember(ANNA))).toEqual([]);
    expect(await got(deliveries.ofMember(ANNA))).toMatchObject([
      {
        steps: [
          { step: 'push', outcome: 'refused', status: 410 },
          { step: 'push', outcome: 'skipped', reason: 'no device' },
        ],
      },
    ]);
  });

  it('has the last state although APNs fails for a while, and nobody is pushed twice for it', async () => {
    const { publish, add, delivered, apns } = await start();
    await publish(ANNA, 1);
    const phones = [await add(ANNA), await add(ANNA)];
    await delivered(ANNA, 1);
    const before = apns.seen.length;
    apns.faults.push(
      ...[{ type: 'goaway' } as const, { type: 'answer', status: 503, reason: 'Shutdown', retryAfter: '1' } as const],
    );
    await publish(ANNA, 2);
    await delivered(ANNA, 2);
    for (const phone of phones) expect(phone.passes.get(ANNA)?.pass).toMatchObject({ userInfo: { revision: 2 } });
    const taken = apns.seen.slice(before).filter(({ status }) => status === 200);
    expect(taken.map(({ pushToken }) => pushToken).toSorted()).toEqual(
      phones.map(({ pushToken }) => pushToken).toSorted((a, b) => (a < b ? -1 : 1)),
    );
  });

  it.skipIf(!has('curl'))('can be curl: the five addresses answer a client that nobody here wrote', async () => {
    const { publish, service, apns } = await start();
    apns.pushTokens.add('ab'.repeat(8));
    await publish(ANNA, 1);
    const curl = async (...more: readonly string[]) => {
      const { stdout } = await promisify(execFile)('curl', [
        '--silent',
        '--show-error',
        '--output',
        '/dev/null',
        '--write-out',
        '%{http_code} %{content_type} %{size_download}',
        ...more,
      ]);
      return stdout;
    };
    const url = `${service.url}/apple/v1/passes/${TYPE}/${ANNA}`;
    const token = ['--header', `Authorization: ApplePass ${tokenOf(ANNA)}`];
    expect(await curl(...token, url)).toMatch(/^200 application\/vnd\.apple\.pkpass \d{4,}$/);
    expect(await curl('--head', ...token, url)).toMatch(/^200 application\/vnd\.apple\.pkpass 0$/);
    expect(await curl('--time-cond', 'Sun, 22 Nov 2099 10:00:00 GMT', ...token, url)).toMatch(/^304 {1,2}0$/);
    expect(await curl(url)).toMatch(/^401 {1,2}0$/);
    expect(await curl('--path-as-is', ...token, `${service.url}/apple/v1/passes/${TYPE}/../${ANNA}`)).toMatch(
      /^404 {1,2}0$/,
    );
    const body = ['--header', 'content-type: application/json', '--data', '{"pushToken":"abababababababab"}'];
    const registration = `${service.url}/apple/v1/devices/curl/registrations/${TYPE}/${ANNA}`;
    expect(await curl(...token, ...body, registration)).toMatch(/^201 /);
    expect(await curl(...token, ...body, registration)).toMatch(/^200 /);
    expect(await curl(`${service.url}/apple/v1/devices/curl/registrations/${TYPE}`)).toMatch(/^200 application\/json/);
    expect(await curl('--request', 'DELETE', ...token, registration)).toMatch(/^200 /);
    expect(await curl(`${service.url}/apple/v1/devices/curl/registrations/${TYPE}`)).toMatch(/^204 /);
  });
});
