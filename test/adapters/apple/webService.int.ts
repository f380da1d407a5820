import { request as httpRequest } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { strFromU8, unzipSync } from 'fflate';
import * as O from 'fp-ts/lib/Option.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it } from 'vitest';
import { APPLE } from '#adapters/apple/destination.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { got } from '#test/contract/given.ts';
import { holderOf, PUSH_TOKEN, placeOf, standingClock, startWebService, TOKEN_KEY, TYPE, tokenOf } from './serving.ts';

const [ANNA, BEN] = ['003A00000000001AAA', '003A00000000002AAA'] as const;
const DEVICE = '0123456789abcdef0123456789abcdef';
const json = { 'content-type': 'application/json' };
const saysNothing = { bytes: Buffer.alloc(0) };

/** As it is written, where fetch would tidy up the path. */
const rawly = (url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    httpRequest({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });

/** Stores that note what they are asked. */
const watched = () => {
  const reached: string[] = [];
  const clock = standingClock();
  const noting = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get: (target, name, receiver) => {
        reached.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
  const registrations = noting(memoryRegistrations({ clock }));
  const deliveries = noting(memoryDeliveryStore({ clock, route: () => [APPLE] }));
  return { reached, stores: { clock, registrations, deliveries } };
};

describe('a registration', () => {
  it('is 201 when it is new, 200 when it is known, with the new push token', async () => {
    const { register, registrations } = await startWebService();
    expect(await register(DEVICE, ANNA)).toMatchObject({ status: 201, ...saysNothing });
    expect(await register(DEVICE, ANNA, 'cd'.repeat(32))).toMatchObject({ status: 200, ...saysNothing });
    expect(await got(registrations.ofDevice(DEVICE))).toMatchObject([{ memberId: ANNA, pushToken: 'cd'.repeat(32) }]);
  });

  it('has the delivery looked at in half a minute: nobody may have told the device', async () => {
    const { register, issue, deliveries, clock } = await startWebService();
    await issue(ANNA, 1);
    const claim = await got(deliveries.claim(placeOf(ANNA), 1_000));
    if (O.isNone(claim)) throw new Error('expected something to deliver');
    await got(
      deliveries.settle(claim.value, { verdict: { type: 'Delivered' }, revision: 1, steps: [], progress: null }),
    );
    await register(DEVICE, ANNA);
    expect(await got(deliveries.ofMember(ANNA))).toMatchObject([{ state: 'confirming', due: clock() + 30_000 }]);
  });

  it('has it looked at also where the pass was delivered, to no device, in the very moment', async () => {
    const clock = standingClock();
    const deliveries = memoryDeliveryStore({ clock, route: () => [APPLE] });
    const known = memoryRegistrations({ clock });
    const register: typeof known.register = (of) => async () => {
      const claim = await got(deliveries.claim(placeOf(ANNA), 1_000));
      if (O.isNone(claim)) throw new Error('expected something to deliver');
      const settlement = { verdict: { type: 'Delivered' }, revision: 1, steps: [], progress: null } as const;
      await got(deliveries.settle(claim.value, settlement));
      return known.register(of)();
    };
    const service = await startWebService({ clock, deliveries, registrations: { ...known, register } });
    await service.issue(ANNA, 1);
    expect((await service.register(DEVICE, ANNA)).status).toBe(201);
    expect(await got(deliveries.ofMember(ANNA))).toMatchObject([{ state: 'confirming', due: clock() + 30_000 }]);
  });

  it('is 200 when it is taken away, also where there was none', async () => {
    const { register, registrations, ask } = await startWebService();
    await register(DEVICE, ANNA);
    const path = `/devices/${DEVICE}/registrations/${TYPE}/${ANNA}`;
    await ask(path, { method: 'DELETE', headers: { ...holderOf(ANNA), 'content-type': 'text/plain' }, body: 'unread' });
    expect(await got(registrations.ofDevice(DEVICE))).toEqual([]);
    await register(DEVICE, ANNA);
    for (const _ of [1, 2])
      expect(await ask(path, { method: 'DELETE', headers: holderOf(ANNA) })).toMatchObject({
        status: 200,
        ...saysNothing,
      });
    expect(await got(registrations.ofDevice(DEVICE))).toEqual([]);
  });

  it('of a device that holds as many passes as a device may is 403', async () => {
    const { register } = await startWebService();
    const members = Array.from({ length: 51 }, (_, at) => `003A000000000${100 + at}AA`);
    const statuses = [];
    for (const member of members) statuses.push((await register(DEVICE, member)).status);
    expect(statuses).toEqual([...Array(50).fill(201), 403]);
  });

  it.each([
    ['no JSON', 'push', json, 400],
    ['no push token', '{}', json, 400],
    ['a push token that would be a path', '{"pushToken":"../../3/device/ab"}', json, 400],
    ['a push token beyond any length', JSON.stringify({ pushToken: 'ab'.repeat(200) }), json, 400],
    ['another type', `{"pushToken":"${PUSH_TOKEN}"}`, { 'content-type': 'text/plain' }, 415],
    ['a body beyond any length', JSON.stringify({ pushToken: PUSH_TOKEN, more: 'x'.repeat(5_000) }), json, 413],
  ])('with %s stores nothing', async (_name, body, headers, status) => {
    const { ask, registrations } = await startWebService();
    const path = `/devices/${DEVICE}/registrations/${TYPE}/${ANNA}`;
    const answer = await ask(path, { method: 'POST', headers: { ...holderOf(ANNA), ...headers }, body });
    expect(answer).toMatchObject({ status, ...saysNothing });
    expect(await got(registrations.ofDevice(DEVICE))).toEqual([]);
  });
});

describe('the list of what is new', () => {
  it('is 204 for whoever holds nothing, or nothing new, and names all to whoever shows no tag', async () => {
    const { list, register, issue } = await startWebService();
    await issue(ANNA, 1);
    expect(await list(DEVICE)).toMatchObject({ status: 204 });
    await register(DEVICE, ANNA);
    const { status, body } = await list(DEVICE);
    expect({ status, body }).toEqual({ status: 200, body: { serialNumbers: [ANNA], lastUpdated: expect.any(String) } });
    expect(await list(DEVICE, body.lastUpdated)).toMatchObject({ status: 204 });
    await issue(ANNA, 2);
    expect(await list(DEVICE, body.lastUpdated)).toMatchObject({ status: 200, body: { serialNumbers: [ANNA] } });
    expect(await list(DEVICE, 'what is this')).toMatchObject({ status: 200, body: { serialNumbers: [ANNA] } });
  });

  it('marks what each device was told, once', async () => {
    const { list, register, issue, registrations, clock } = await startWebService();
    await issue(ANNA, 3);
    await register(DEVICE, ANNA);
    await list(DEVICE);
    const first = clock();
    clock.advance(1_000);
    await list(DEVICE);
    expect(await got(registrations.ofDevice(DEVICE))).toMatchObject([{ listed: { revision: 3, at: first } }]);
  });

  it('names a pass that was added again, maybe as an old file, whatever the device carries of the one before', async () => {
    const { list, register, issue, ask } = await startWebService();
    await issue(ANNA, 3);
    await register(DEVICE, ANNA);
    const { body } = await list(DEVICE);
    await ask(`/devices/${DEVICE}/registrations/${TYPE}/${ANNA}`, { method: 'DELETE', headers: holderOf(ANNA) });
    await register(DEVICE, ANNA);
    expect(await list(DEVICE, body.lastUpdated)).toMatchObject({ status: 200, body: { serialNumbers: [ANNA] } });
    expect(await list(DEVICE, body.lastUpdated)).toMatchObject({ status: 204 });
  });

  it('of another pass type is 204', async () => {
    const { ask, register, issue } = await startWebService();
    await issue(ANNA, 1);
    await register(DEVICE, ANNA);
    expect((await ask(`/devices/${DEVICE}/registrations/pass.example.other`)).status).toBe(204);
  });
});

describe('a pass', () => {
  it('is 200 with its time, and 304 to whoever has it; two updates in one second are two', async () => {
    const { get, issue } = await startWebService();
    await issue(ANNA, 1);
    const first = await get(ANNA);
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('application/vnd.apple.pkpass');
    const since = { 'if-modified-since': first.headers.get('last-modified') ?? '' };
    expect(await get(ANNA, since)).toMatchObject({ status: 304, ...saysNothing });
    await issue(ANNA, 2);
    const second = await get(ANNA, since);
    expect(second.status).toBe(200);
    expect(JSON.parse(strFromU8(unzipSync(second.bytes)['pass.json']!))).toMatchObject({ revision: 2 });
    expect((await get(ANNA)).bytes).toEqual(second.bytes);
    for (const strange of ['yesterday', '', '9'.repeat(400)])
      expect((await get(ANNA, { 'if-modified-since': strange })).status).toBe(200);
  });

  it('answers HEAD as GET, without the pass, and that is no fetch', async () => {
    const { get, issue, register, registrations } = await startWebService();
    await issue(ANNA, 1);
    await register(DEVICE, ANNA);
    const head = await get(ANNA, {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, ...saysNothing });
    expect(head.headers.get('content-type')).toBe('application/vnd.apple.pkpass');
    const since = { 'if-modified-since': head.headers.get('last-modified') ?? '' };
    expect((await get(ANNA, since, 'HEAD')).status).toBe(304);
    expect(await got(registrations.ofMember(ANNA))).toMatchObject([{ fetched: null }]);
  });

  it('that was withdrawn is there to be fetched; one that is not there at all is 404 to whoever holds its token', async () => {
    const { get, deliveries } = await startWebService();
    const withdrawn = { memberId: ANNA, revision: 2, changed: ['status'] };
    const event = { id: `${ANNA}.2`, source: 'billfold.wallet', lane: 'live', content: '{}' } as const;
    await deliveries.accept([
      { ...event, type: 'WalletPassWithdrawn', pass: withdrawn, traceparent: null, correlationId: null },
    ]);
    expect((await get(ANNA)).status).toBe(200);
    expect(await get(BEN)).toMatchObject({ status: 404, ...saysNothing });
  });

  it('keeps the token that it shows, also in a rotation', async () => {
    const { ask, issue } = await startWebService({ tokenKeys: TE.right(['a newer key', TOKEN_KEY]) });
    await issue(ANNA, 1);
    for (const token of [tokenOf(ANNA), tokenOf(ANNA, 'a newer key')]) {
      const { status, bytes } = await ask(`/passes/${TYPE}/${ANNA}`, {
        headers: { authorization: `ApplePass ${token}` },
      });
      expect(status).toBe(200);
      expect(JSON.parse(strFromU8(unzipSync(bytes)['pass.json']!))).toMatchObject({ authenticationToken: token });
    }
  });

  it('fetched by the one device that was told of it is delivered: the delivery is looked at at once', async () => {
    const { get, list, issue, register, registrations, deliveries, clock } = await startWebService();
    await issue(ANNA, 1);
    await register(DEVICE, ANNA);
    await get(ANNA);
    expect(await got(registrations.ofMember(ANNA))).toMatchObject([{ fetched: null }]);
    await list(DEVICE);
    const claim = await got(deliveries.claim(placeOf(ANNA), 1_000));
    if (O.isNone(claim)) throw new Error('expected something to deliver');
    const verdict = { type: 'Confirm', at: clock() + 900_000 } as const;
    await got(deliveries.settle(claim.value, { verdict, revision: 1, steps: [], progress: null }));
    await get(ANNA);
    expect(await got(registrations.ofMember(ANNA))).toMatchObject([{ fetched: { revision: 1, at: clock() } }]);
    expect(await got(deliveries.ofMember(ANNA))).toMatchObject([{ due: clock() }]);
  });

  it('fetched by one of several counts for whoever was told longest ago and has not fetched since', async () => {
    const { get, issue, register, registrations, list, clock } = await startWebService();
    await issue(ANNA, 1);
    for (const device of ['one', 'two', 'three']) await register(device, ANNA);
    const fetchedBy = async () =>
      (await got(registrations.ofMember(ANNA))).flatMap(({ deviceId, fetched }) =>
        fetched === null ? [] : [deviceId],
      );
    await get(ANNA);
    expect(await fetchedBy()).toEqual([]);
    for (const device of ['two', 'one']) {
      await list(device);
      clock.advance(1_000);
    }
    await get(ANNA);
    expect(await fetchedBy()).toEqual(['two']);
    await get(ANNA);
    expect((await fetchedBy()).toSorted()).toEqual(['one', 'two']);
    await get(ANNA);
    expect((await fetchedBy()).toSorted()).toEqual(['one', 'two']);
  });

  it('fetched by two at once counts for both, and the delivery is looked at', async () => {
    const memory = memoryRegistrations({ clock: standingClock() });
    const slow = {
      ...memory,
      ofMember: (memberId: string) => async () => {
        const read = await memory.ofMember(memberId)();
        await setTimeout(20);
        return read;
      },
    };
    const { get, issue, register, list } = await startWebService({ registrations: slow });
    await issue(ANNA, 1);
    for (const device of ['phone', 'watch']) {
      await register(device, ANNA);
      await list(device);
    }
    await Promise.all([get(ANNA), get(ANNA)]);
    const known = await got(memory.ofMember(ANNA));
    expect(known.map(({ fetched }) => fetched?.revision)).toEqual([1, 1]);
  });
});

describe('whoever shows no token of the pass', () => {
  const authorizations = {
    nothing: undefined,
    'another scheme': `Bearer ${tokenOf(ANNA)}`,
    'another token': `ApplePass ${'x'.repeat(43)}`,
    'the token of another pass': `ApplePass ${tokenOf(BEN)}`,
    'the token of another key': `ApplePass ${tokenOf(ANNA, 'another key')}`,
    'two tokens': `ApplePass ${tokenOf(ANNA)} ${tokenOf(ANNA)}`,
    'a token without end': `ApplePass ${'x'.repeat(4_000)}`,
  };

  it.each(Object.entries(authorizations))(
    '(%s) is told the same of passes that there are and of those there are not',
    async (_name, authorization) => {
      const { reached, stores } = watched();
      const { ask, issue } = await startWebService(stores);
      await issue(ANNA, 1);
      reached.length = 0;
      const headers = authorization === undefined ? {} : { authorization };
      const answers = [];
      for (const serial of [ANNA, '003A00000000009AAA'])
        for (const [method, path] of [
          ['GET', `/passes/${TYPE}/${serial}`],
          ['HEAD', `/passes/${TYPE}/${serial}`],
          ['POST', `/devices/${DEVICE}/registrations/${TYPE}/${serial}`],
          ['DELETE', `/devices/${DEVICE}/registrations/${TYPE}/${serial}`],
        ] as const) {
          const { status, bytes, headers: answered } = await ask(path, { method, headers });
          answers.push({ status, length: bytes.length, names: [...answered.keys()].filter((name) => name !== 'date') });
        }
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
      expect(answers.slice(0, 4)).toEqual(answers.slice(4));
      expect(answers.every(({ length }) => length === 0)).toBe(true);
      expect(reached).toEqual([]);
    },
  );

  it('gets nothing of another pass type either, whatever the token', async () => {
    const { ask, issue } = await startWebService();
    await issue(ANNA, 1);
    expect((await ask(`/passes/pass.example.other/${ANNA}`, { headers: holderOf(ANNA) })).status).toBe(401);
  });
});

describe('tricks', () => {
  it.each([
    '..',
    '.',
    '%2e%2e',
    '..%2F..%2Fetc',
    '%00',
    `${ANNA}%00`,
    `${ANNA}%2F..`,
    `${ANNA};x`,
    '%F0%9F%92%B3',
    'x'.repeat(101),
    'x'.repeat(9_000),
  ])('in a serial number or a device id (%s) come to nothing, whoever holds the token', async (trick) => {
    const { reached, stores } = watched();
    const { url } = await startWebService(stores);
    const serial = trick.startsWith('%F0') ? '💳' : decodeURIComponent(trick);
    const statuses = [
      await rawly(url, `/apple/v1/passes/${TYPE}/${trick}`, holderOf(serial)),
      await rawly(url, `/apple/v1/devices/${trick}/registrations/${TYPE}`),
    ];
    for (const status of statuses) expect([401, 404, 414, 431]).toContain(status);
    expect(reached).toEqual([]);
  });

  it('elsewhere below the service are a bare 404, and known addresses take no other method', async () => {
    const { ask } = await startWebService();
    expect(await ask('/passes')).toMatchObject({ status: 404, ...saysNothing });
    expect(await ask('/nothing', { method: 'POST' })).toMatchObject({ status: 404, ...saysNothing });
    expect(await ask(`/passes/${TYPE}/${ANNA}`, { method: 'PUT' })).toMatchObject({ status: 404, ...saysNothing });
  });
});

describe('what devices complain of', () => {
  const post = (
    ask: Awaited<ReturnType<typeof startWebService>>['ask'],
    body: string,
    headers: Record<string, string> = json,
  ) => ask('/log', { method: 'POST', headers, body });

  it('is kept in the line of the call, a few lines, without what names somebody', async () => {
    const { ask, lines } = await startWebService();
    const complaint = `Register task (for device ${DEVICE}, pass type ${TYPE}, serial number ${ANNA}; with web service url https://x.example/apple?a=b) encountered error: Unexpected response code 500, ApplePass ${tokenOf(ANNA)}, anna.roth@example.com`;
    const answer = await post(ask, JSON.stringify({ logs: [complaint, ...Array(99).fill('again')] }));
    expect(answer).toMatchObject({ status: 200, ...saysNothing });
    const line = JSON.parse(lines.find((text) => text.includes('deviceLog'))!);
    expect(line.deviceLog[0]).toMatch(
      /^Register task \(for device #\S{6}, pass type pass\.example\.billfold, serial number #\S{6}; with web service url <address> encountered error: Unexpected response code 500, ApplePass #\S{6}, <address>$/,
    );
    expect(line).toMatchObject({ deviceLogMore: 80 });
    for (const personal of [DEVICE, ANNA, tokenOf(ANNA), 'roth', 'x.example'])
      expect(lines.join('')).not.toContain(personal);
  });

  it('is one line of the log, whatever it holds', async () => {
    const { ask, lines } = await startWebService();
    const forged = '{"level":"error"}\n{"level":"error","msg":"forged"}\r\n\u2028\u0085\u001b[2K\u0000';
    const before = lines.length;
    expect((await post(ask, JSON.stringify({ logs: [forged] }))).status).toBe(200);
    await expect.poll(() => lines.length).toBe(before + 1);
    expect(lines.at(-1)).toMatch(/^[\x20-\x7e]*\n$/);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ msg: 'inbound', status: 200 });
  });

  it('comes no faster from a network than it may, nor from all together', async () => {
    const rates = { logs: { perSecond: 1, burst: 2 }, allLogs: { perSecond: 1, burst: 4 } };
    const { server } = await startWebService({ clock: standingClock(), rates });
    const from = async (remoteAddress: string) => {
      const asked = { method: 'POST', url: '/apple/v1/log', payload: { logs: ['x'] }, remoteAddress } as const;
      return (await server.inject(asked)).statusCode;
    };
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8::3')]).toEqual([200, 200, 429]);
    expect([await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.3')]).toEqual([200, 200, 429]);
  });

  it.each([
    ['no JSON', 'logs', json, 400],
    ['no list', '{"logs":"all"}', json, 400],
    ['another type', '{"logs":[]}', { 'content-type': 'text/html' }, 415],
    ['more than 64 KiB', JSON.stringify({ logs: ['x'.repeat(70_000)] }), json, 413],
  ])('as %s is refused', async (_name, body, headers, status) => {
    const { ask } = await startWebService();
    expect(await post(ask, body, headers)).toMatchObject({ status, ...saysNothing });
  });
});

describe('storms', () => {
  it('of registrations of one pass from one address are told to come again; the pass stays on twenty devices', async () => {
    const { register, registrations, clock } = await startWebService();
    const answers = [];
    for (let device = 0; device < 40; device++) answers.push(await register(`device-${device}`, ANNA));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const last = answers.at(-1)!;
    expect(last).toMatchObject({ status: 429, ...saysNothing });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await register('device-0', BEN)).status).toBe(201);
    clock.advance(60_000);
    for (let device = 40; device < 50; device++) expect((await register(`device-${device}`, ANNA)).status).toBe(201);
    expect(await got(registrations.ofMember(ANNA))).toHaveLength(20);
  });

  it('are told the same whether there is such a pass or not', async () => {
    const { ask, issue } = await startWebService({ rates: { passes: { perSecond: 1, burst: 2 } } });
    await issue(ANNA, 1);
    for (const serial of [ANNA, BEN]) {
      const statuses = [];
      for (let n = 0; n < 3; n++) statuses.push((await ask(`/passes/${TYPE}/${serial}`)).status);
      expect(statuses).toEqual([401, 401, 429]);
    }
  });

  it('of lists of one device, and of complaints from one address, end too', async () => {
    const rate = { perSecond: 1, burst: 3 };
    const { list, ask } = await startWebService({ rates: { lists: rate, logs: rate } });
    const log = { method: 'POST', headers: json, body: '{"logs":[]}' };
    const statuses = [];
    for (let n = 0; n < 4; n++) statuses.push([(await list(DEVICE)).status, (await ask('/log', log)).status]);
    expect(statuses).toEqual([...Array(3).fill([204, 200]), [429, 429]]);
    expect((await list('another')).status).toBe(204);
  });
});

describe('while something is away', () => {
  const unavailable = TE.left({ type: 'StoreUnavailable', operation: 'any', reason: 'away' } as const);

  it('the answer is 503 with Retry-After, and nothing is half done', async () => {
    const registrations = {
      ...memoryRegistrations({ clock: standingClock() }),
      ofDevice: () => unavailable,
      register: () => unavailable,
    };
    const { register, list } = await startWebService({ registrations });
    for (const { status } of [await register(DEVICE, ANNA), await list(DEVICE)]) expect(status).toBe(503);
    expect((await register(DEVICE, ANNA)).headers.get('retry-after')).toBe('5');
  });

  it('no more wait than there is room for: others are told to come again, and there is room again when some are gone', async () => {
    const slow = Promise.withResolvers<void>();
    const known = memoryDeliveryStore({ clock: standingClock(), route: () => [APPLE] });
    const card: typeof known.card = (memberId) => () => slow.promise.then(() => known.card(memberId)());
    const { get, url, list } = await startWebService({ deliveries: { ...known, card }, mostAtOnce: 2 });
    const gone = new AbortController();
    const given = fetch(`${url}/apple/v1/passes/${TYPE}/${ANNA}`, { headers: holderOf(ANNA), signal: gone.signal });
    const waiting = get(BEN);
    await expect.poll(async () => (await list(DEVICE)).status).toBe(503);
    gone.abort();
    await expect(given).rejects.toThrow();
    await expect.poll(async () => (await list(DEVICE)).status).toBe(204);
    slow.resolve();
    expect((await waiting).status).toBe(404);
  });

  it('so it is without the keys that tokens are made with', async () => {
    const { get } = await startWebService({ tokenKeys: TE.left({ reason: 'away' }) });
    expect((await get(ANNA)).status).toBe(503);
  });

  it('a pass that cannot be made is a bare 500, told without what it holds', async () => {
    const broken = async () => Promise.reject(new Error(`cannot sign for ${ANNA}`));
    const { get, issue, lines } = await startWebService({ passPackage: broken });
    await issue(ANNA, 1);
    expect(await get(ANNA)).toMatchObject({ status: 500, ...saysNothing });
    expect(lines.join('')).toContain('fault');
    expect(lines.join('')).not.toContain(ANNA);
  });
});
