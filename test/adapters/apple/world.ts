import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { expect } from 'vitest';
import { apnsClient } from '#adapters/apple/apns.ts';
import { APPLE, appleDestination } from '#adapters/apple/destination.ts';
import { passJsonIn } from '#adapters/apple/passJson.ts';
import type { Delivery, StepOutcome } from '#adapters/delivery/delivery.ts';
import type { Answer, Destination, RunStep } from '#adapters/delivery/destination.ts';
import type { ApnsStandIn } from '#adapters/local/standIns/apns.ts';
import type { Certificates } from '#adapters/local/standIns/certificates.ts';
import { got } from '#test/contract/given.ts';
import { holderOf, standingClock, startWebService, TYPE } from './serving.ts';

export const PUSH_EVERY_MS = 60_000;
const limits = {
  ...{ perSecond: 1_000, burst: 1_000, concurrent: 100, concurrentBulk: 50 },
  ...{ tryTimeoutMs: 2_000, deadlineMs: 2_000, tries: 1 },
};

/** A device as Apple's documents describe it, and nothing of ours: it holds what it fetched, carries the tag, and keeps asking for what it was told of. */
export type Device = {
  name: string;
  deviceId: string;
  pushToken: string;
  readonly passes: Map<string, { revision: number; lastModified: string }>;
  tag: string | null;
  /** Of what that tag told it. */
  told: Map<string, number>;
  isPushed: boolean;
  toFetch: readonly string[];
};

/** The web service over HTTP, the destination over HTTP/2 to the stand-in, stores in memory, all in a time that stands; and the devices. */
export const startWorld = async (apns: ApnsStandIn, certificates: Certificates, tryTimeoutMs = 2_000) => {
  // In the past, so that whatever the stand-in says is gone was registered before.
  const clock = standingClock(Date.now() - 400 * 86_400_000);
  const often = { perSecond: 1e6, burst: 1e6 };
  const service = await startWebService({
    clock,
    rates: { registrations: often, passes: often, lists: often, logs: often },
  });
  const { deliveries, registrations } = service;
  const client = apnsClient({
    settings: {
      passTypeIdentifier: TYPE,
      apns: { url: apns.url, auth: 'certificate', pushType: 'background', priority: 5 },
    },
    credentials: async () =>
      E.right({
        type: 'certificate',
        leaf: new X509Certificate(certificates.pass.certificate),
        intermediate: new X509Certificate(certificates.intermediate.certificate),
        key: createPrivateKey(certificates.pass.key),
      }),
    ca: certificates.root.certificate,
    clock,
    timing: { holdOffMs: 0 },
  });
  const destination = appleDestination({
    settings: { passTypeIdentifier: TYPE, pushEverySeconds: PUSH_EVERY_MS / 1_000, limits },
    registrations,
    apns: client,
    clock,
  });
  const devices: readonly Device[] = ['a', 'b', 'c'].map((name) => newDevice(name));
  let births = 0;
  const reborn = (device: Device): void => {
    births++;
    Object.assign(device, { ...newDevice(device.name, births), passes: device.passes });
    apns.pushTokens.add(device.pushToken);
  };
  for (const { pushToken } of devices) apns.pushTokens.add(pushToken);

  /** Whatever is due, once, side by side. */
  const tick = async (): Promise<void> => {
    const keys = [
      ...(await got(deliveries.due(APPLE, 'live', 100))),
      ...(await got(deliveries.due(APPLE, 'bulk', 100))),
    ];
    await Promise.all(keys.map((key) => deliverOne(destination, service, key, tryTimeoutMs)));
  };
  const registered = async (deviceId: string, memberId: string): Promise<boolean> =>
    (await got(registrations.ofDevice(deviceId))).some((registration) => registration.memberId === memberId);
  const revisionOf = async (memberId: string): Promise<number> => {
    const card = await got(deliveries.card(memberId));
    return O.isSome(card) ? card.value.revision : 0;
  };

  const register = async (device: Device, memberId: string): Promise<void> => {
    const isKnown = await registered(device.deviceId, memberId);
    expect((await service.register(device.deviceId, memberId, device.pushToken)).status).toBe(isKnown ? 200 : 201);
  };
  const files = new Map<string, { readonly revision: number; readonly lastModified: string }>();
  /** As whoever taps "add" does. */
  const add = async (device: Device, memberId: string): Promise<void> => {
    const revision = await revisionOf(memberId);
    const { status, headers, bytes } = await service.get(memberId);
    expect(status).toBe(revision === 0 ? 404 : 200);
    if (revision === 0) return;
    expect(revisionIn(bytes)).toBe(revision);
    const file = { revision, lastModified: headers.get('last-modified') ?? '' };
    if (!files.has(memberId)) files.set(memberId, file);
    device.passes.set(memberId, file);
    await register(device, memberId);
  };
  /** A file that somebody kept, of the first time that anybody got one. */
  const addOldFile = async (device: Device, memberId: string): Promise<void> => {
    const file = files.get(memberId);
    if (file === undefined || device.passes.has(memberId)) return;
    device.passes.set(memberId, file);
    await register(device, memberId);
  };
  const list = async (device: Device): Promise<void> => {
    device.isPushed = false;
    const held = await got(registrations.ofDevice(device.deviceId));
    const now = await got(deliveries.cards(held.map(({ memberId }) => memberId)));
    const { status, body } = await service.list(device.deviceId, device.tag ?? undefined);
    const untold = new Set(held.flatMap(({ memberId, listed }) => (listed === null ? [memberId] : [])));
    const newer = now.filter(
      ({ memberId, revision }) => untold.has(memberId) || revision > (device.told.get(memberId) ?? 0),
    );
    expect(status).toBe(newer.length === 0 ? 204 : 200);
    if (status === 204) return;
    expect(new Set(body.serialNumbers)).toEqual(new Set(newer.map(({ memberId }) => memberId)));
    device.tag = body.lastUpdated;
    device.told = new Map(now.map(({ memberId, revision }) => [memberId, revision]));
    device.toFetch = [...new Set([...device.toFetch, ...body.serialNumbers])];
  };
  const fetchNext = async (device: Device): Promise<void> => {
    const [memberId, ...rest] = device.toFetch;
    if (memberId === undefined) return;
    device.toFetch = rest;
    const held = device.passes.get(memberId);
    if (held === undefined) return;
    const revision = await revisionOf(memberId);
    const { status, headers, bytes } = await service.get(memberId, { 'if-modified-since': held.lastModified });
    expect(status).toBe(revision > held.revision ? 200 : 304);
    if (status === 304) return;
    expect(revisionIn(bytes)).toBe(revision);
    device.passes.set(memberId, { revision, lastModified: headers.get('last-modified') ?? '' });
  };
  const remove = async (device: Device, memberId: string): Promise<void> => {
    device.passes.delete(memberId);
    const path = `/devices/${device.deviceId}/registrations/${TYPE}/${memberId}`;
    expect((await service.ask(path, { method: 'DELETE', headers: holderOf(memberId) })).status).toBe(200);
  };
  /** Another device id, another push token: the old one is nobody's, and nobody says so. */
  const becomeAnother = async (device: Device): Promise<void> => {
    apns.pushTokens.delete(device.pushToken);
    reborn(device);
    for (const memberId of device.passes.keys()) await register(device, memberId);
  };
  const wake = async (device: Device): Promise<void> => {
    if (device.isPushed) await list(device);
  };
  const delivered = (memberIds: readonly string[]): Promise<readonly Delivery[]> =>
    Promise.all(memberIds.map((memberId) => got(deliveries.ofMember(memberId)))).then((all) => all.flat());

  const close = async (): Promise<void> => {
    await client.close();
    await service.server.close();
  };
  const acts = { add, addOldFile, list, fetchNext, remove, becomeAnother, wake };
  return { ...acts, service, clock, devices, tick, delivered, revisionOf, registered, close };
};

export type World = Awaited<ReturnType<typeof startWorld>>;

const newDevice = (name: string, birth = 0): Device => ({
  ...{
    name,
    deviceId: `device-${name}-${birth}`,
    passes: new Map(),
    tag: null,
    told: new Map(),
    isPushed: false,
    toFetch: [],
  },
  pushToken: Buffer.from(`push token ${name} ${birth}`.padEnd(32)).toString('hex'),
});

const revisionIn = (bytes: Buffer): unknown => passJsonIn(bytes).revision;

/** The engine in its smallest: claims, has it delivered with one try a step, settles. */
const deliverOne = async (
  destination: Destination,
  { deliveries, clock }: Awaited<ReturnType<typeof startWebService>>,
  key: Parameters<typeof deliveries.claim>[0],
  tryTimeoutMs: number,
): Promise<void> => {
  const claimed = await got(deliveries.claim(key, 30_000));
  if (O.isNone(claimed)) return;
  const { delivery, content } = claimed.value;
  const steps: StepOutcome[] = [];
  let askedMs = 1_000;
  const run: RunStep = async ({ name, of }, request) => {
    const answer: Answer<never> | Awaited<ReturnType<typeof request>> = await request(
      AbortSignal.timeout(tryTimeoutMs),
    );
    const reason = answer.type === 'Ok' ? null : answer.reason;
    if (answer.type === 'Failed') askedMs = Math.max(askedMs, answer.retryAfterMs ?? 0);
    const outcome = answer.type === 'Ok' ? 'ok' : answer.type === 'Refused' ? 'refused' : 'failed';
    steps.push({
      step: name,
      ...(of !== undefined && { of }),
      at: clock(),
      outcome,
      status: answer.status,
      reason,
      tries: 1,
      durationMs: 0,
    });
    return answer;
  };
  const { lane, done, progress } = delivery;
  const result = await destination.deliver({ content, lane, done, progress, now: clock() }, run);
  const { verdict, skipped = [] } = result;
  const revision = content.type === 'card' ? content.card.revision : 1;
  const at = verdict.type === 'Later' ? (verdict.at ?? clock() + askedMs) : 0;
  await got(
    deliveries.settle(claimed.value, {
      verdict: verdict.type === 'Later' ? { ...verdict, at } : verdict,
      revision,
      steps: [...steps, ...skipped],
      progress: JSON.parse(JSON.stringify(result.progress)),
    }),
  );
};
