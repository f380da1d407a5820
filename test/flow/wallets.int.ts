import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { passJsonIn } from '#adapters/apple/passJson.ts';
import { created, type entryOf } from '#test/adapters/http/support.ts';
import { has } from '#test/support/programs.ts';
import { freshPlace, killOutright, type Place, startIn, untilGone } from './process.ts';
import { order, put } from './sending.ts';

const contact = () => created('Contact', { MemberNumber__c: 'M-1', Name: { FirstName: 'Ada', LastName: 'Roth' } });

/** As the README posts them: the purchase is of today. */
const exampleEntries = async (name: 'member' | 'purchase'): Promise<readonly ReturnType<typeof entryOf>[]> => {
  const text = await readFile(new URL(`../examples/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text.replace('TODAY', new Date().toISOString().slice(0, 10))).Entries;
};

type MemberDelivery = {
  readonly destination: string;
  readonly state: string;
  readonly done: number;
  readonly devices?: readonly { readonly fetched: { readonly revision: number } | null }[];
};

const deliveriesOf = async ({ middlewarePort }: Place, memberId: string): Promise<readonly MemberDelivery[]> => {
  const answer = await fetch(`http://127.0.0.1:${middlewarePort}/api/deliveries?member=${memberId}`);
  return answer.ok ? ((await answer.json()) as { readonly items: readonly MemberDelivery[] }).items : [];
};
/** On the member's one phone, and with Google. */
const untilDelivered = (place: Place, memberId: string, revision: number): Promise<void> =>
  expect
    .poll(() => deliveriesOf(place, memberId), { timeout: 60_000, interval: 100 })
    .toMatchObject([
      { destination: 'apple', state: 'delivered', done: revision, devices: [{ fetched: { revision } }] },
      { destination: 'google', state: 'delivered', done: revision },
    ]);
/** Its holder added the pass to a phone. */
const untilHeld = (place: Place, memberId: string): Promise<void> =>
  expect
    .poll(async () => ((await (await standIns(place, '', 'GET')).json()) as { readonly phones: unknown }).phones, {
      timeout: 15_000,
    })
    .toMatchObject([{ memberId, fetched: 1 }]);
const standIns = async ({ port }: Place, path: string, method: string, body?: unknown): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/api/stand-ins${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });

describe('a purchase reaches the phone', () => {
  it.skipIf(!has('openssl'))('as a signed file that openssl verifies, and Google as an object', async () => {
    const place = await freshPlace();
    const service = await startIn(place, 'node', ['--empty', '--destinations', 'stand-ins']);
    const member = { id: '0038d00000Ada00AAA' };
    await put(service, ...(await exampleEntries('member')));
    await untilHeld(place, member.id);
    await put(service, ...(await exampleEntries('purchase')));
    await untilDelivered(place, member.id, 2);
    expect(await (await standIns(place, '', 'GET')).json()).toMatchObject({
      phones: [{ phone: expect.any(String), fetched: 2, shows: { Status: 'Silver' } }],
      apns: { pushes: expect.arrayContaining([expect.objectContaining({ status: 200, at: expect.any(String) })]) },
    });

    const answer = await fetch(`http://127.0.0.1:${place.port}/api/passes/${member.id}.pkpass`);
    expect(answer.headers.get('content-type')).toBe('application/vnd.apple.pkpass');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const files: Readonly<Record<string, Uint8Array | undefined>> = unzipSync(bytes);
    const pass = passJsonIn(bytes);
    expect(pass).toMatchObject({ serialNumber: member.id, storeCard: { headerFields: [{ value: 'Silver' }] } });
    const at = (name: string): string => join(place.folder, name);
    await writeFile(at('signature'), files.signature ?? new Uint8Array());
    await writeFile(at('manifest.json'), files['manifest.json'] ?? new Uint8Array());
    const verify = [
      'smime',
      '-verify',
      '-inform',
      'DER',
      '-binary',
      '-purpose',
      'any',
      '-CAfile',
      at('stand-ins/root.pem'),
    ];
    await promisify(execFile)('openssl', [
      ...verify,
      ...['-in', at('signature'), '-content', at('manifest.json'), '-out', '/dev/null'],
    ]);
  });

  it('also one that registered by other means: the five addresses are there for whoever has the pass', async () => {
    const place = await freshPlace();
    const service = await startIn(place, 'node', ['--empty', '--destinations', 'stand-ins']);
    const member = contact();
    await put(service, member.entry);
    await untilHeld(place, member.id);
    const file = await fetch(`http://127.0.0.1:${place.port}/api/passes/${member.id}.pkpass`);
    const { passTypeIdentifier: type, authenticationToken } = passJsonIn(new Uint8Array(await file.arrayBuffer()));
    const headers = { authorization: `ApplePass ${authenticationToken}`, 'content-type': 'application/json' };
    const apple = `http://127.0.0.1:${place.middlewarePort}/apple/v1`;
    const device = `${apple}/devices/by-hand/registrations/${type}`;
    const body = JSON.stringify({ pushToken: 'told-by-hand' });
    expect((await fetch(`${device}/${member.id}`, { method: 'POST', headers, body })).status).toBe(201);
    await put(service, order(member.id, 1));
    await expect
      .poll(async () => (await deliveriesOf(place, member.id))[0]?.devices?.map(({ fetched }) => fetched?.revision))
      .toContain(2);
    const listed = await fetch(device);
    expect(listed.status).toBe(200);
    const { serialNumbers, lastUpdated } = (await listed.json()) as Readonly<Record<string, unknown>>;
    expect(serialNumbers).toEqual([member.id]);
    const pass = await fetch(`${apple}/passes/${type}/${member.id}`, { headers });
    expect(passJsonIn(new Uint8Array(await pass.arrayBuffer()))).toMatchObject({ userInfo: { revision: 2 } });
    expect((await fetch(`${device}?passesUpdatedSince=${lastUpdated}`)).status).toBe(204);
  });

  it('past partners that fail, and a process that is killed: in the end the last revision is there', {
    timeout: 90_000,
  }, async () => {
    const place = await freshPlace();
    let service = await startIn(place, 'node', ['--empty', '--destinations', 'stand-ins']);
    const member = contact();
    await put(service, member.entry);
    await untilHeld(place, member.id);

    const busy = { type: 'answer', status: 429, reason: 'TooManyRequests', retryAfter: '1' };
    for (const fault of [busy, { type: 'reset' }, { type: 'goaway' }, { type: 'hangUp' }])
      expect((await standIns(place, '/apns/faults', 'POST', fault)).status).toBe(204);
    expect((await standIns(place, '/google/faults', 'POST', { type: 'answer', status: 503 })).status).toBe(204);
    await put(service, order(member.id, 1));
    await expect.poll(async () => (await service.passOf(member.id))?.tier.name).toBe('Silver');
    await killOutright(place.folder, 'everything');
    await untilGone(place);

    service = await startIn(place, 'node', ['--empty', '--destinations', 'stand-ins']);
    await put(service, order(member.id, 2));
    await untilDelivered(place, member.id, 3);
  });
});

describe('npm start', () => {
  it('says which line of destinations.json cannot be used, and ends', async () => {
    const place = await freshPlace();
    const file = join(place.folder, 'destinations.json');
    await writeFile(file, '{\n  "webhooks": [{ "name": "crm", "url": "ftp://example.com" }]\n}\n');
    await expect(startIn(place, 'node', ['--empty', '--destinations', file])).rejects.toThrow(/destinations\.json:2/);
  });

  it('says what is wrong with a card to be tried with the stand-ins, and ends', async () => {
    const place = await freshPlace();
    await mkdir(join(place.folder, 'stand-ins'));
    await writeFile(join(place.folder, 'stand-ins', 'card.json'), '{}');
    await expect(startIn(place, 'node', ['--empty', '--destinations', 'stand-ins'])).rejects.toThrow(/card\.json:1/);
  });
});
