import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, it } from 'vitest';
import { deviceName, pushPlace } from '#adapters/apple/deviceName.ts';
import { progressOf } from '#adapters/apple/pushPlan.ts';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { StepOutcome, Verdict } from '#adapters/delivery/delivery.ts';
import { memoryDeliveryStore } from '#adapters/memory/deliveryStore.ts';
import { memoryRegistrations } from '#adapters/memory/registrations.ts';
import { keyring } from '#adapters/middleware/keyring.ts';
import { got, tickingClock } from '#test/contract/given.ts';
import { engineOf, operate, viewOf } from './operated.ts';

const event = (memberId: string, revision: number): AcceptedEvent => ({
  ...{ id: `${memberId}.${revision}`, source: 'billfold.wallet', type: 'WalletPassUpdated', lane: 'live' },
  ...{ pass: { memberId, revision, changed: ['tier'] }, traceparent: null, correlationId: null, content: '{}' },
});

const opened = () => {
  const clock = tickingClock();
  const deliveries = memoryDeliveryStore({ clock, route: () => ['apple', 'google'] });
  const registrations = memoryRegistrations({ clock });
  const settle = async (
    memberId: string,
    destination: string,
    verdict: Verdict,
    steps: readonly StepOutcome[],
    progress: unknown = null,
  ) => {
    const subject = { type: 'member', memberId } as const;
    const claim = await got(deliveries.claim({ subject, destination }, 60_000));
    if (claim._tag === 'None') throw new Error('expected something to claim');
    const { wanted } = claim.value.delivery;
    expect(await got(deliveries.settle(claim.value, { verdict, revision: wanted, steps, progress }))).toBe('Settled');
  };
  return { clock, deliveries, registrations, settle };
};
const step = (some: Partial<StepOutcome>): StepOutcome => ({
  ...{ step: 'push', at: 0, outcome: 'ok', status: 200, reason: null, tries: 1, durationMs: 12 },
  ...some,
});
const problem = (status: number, detail?: RegExp) => ({
  status,
  body: { status, title: expect.any(String), ...(detail && { detail: expect.stringMatching(detail) }) },
});

describe('GET /api/deliveries?member=', () => {
  it('says per destination what was wanted, done and answered, and per phone what it was told and fetched, and why not', async () => {
    const { deliveries, registrations, settle, clock } = opened();
    await deliveries.accept([event('M1', 1), event('M1', 2)]);
    const phone = (deviceId: string) => ({ deviceId, memberId: 'M1', pushToken: `${deviceId}-token` });
    for (const name of ['fetched', 'told', 'silent', 'refused', 'new'])
      await got(registrations.register(phone(`device-${name}`)));
    const of = (name: string) => ({ deviceId: `device-${name}`, memberId: 'M1' });
    for (const name of ['fetched', 'told']) await got(registrations.saw(of(name), 'listed', 2));
    await got(registrations.saw(of('fetched'), 'fetched', 2));
    await got(registrations.saw(of('told'), 'fetched', 1));
    const name = (which: string) => deviceName(`device-${which}`);
    const push = { revision: 2, round: 2, at: clock(), firstAt: 0 };
    await settle(
      ...(['M1', 'apple', { type: 'Confirm', at: clock() + 60_000 }] as const),
      [step({ of: name('refused'), outcome: 'refused', status: 400, reason: 'BadDeviceToken' })],
      progressOf({ [pushPlace(phone('device-silent'))]: push }),
    );
    await settle('M1', 'google', { type: 'Dead', reason: 'permissionDenied' }, [
      step({ step: 'insert', outcome: 'refused', status: 403, reason: 'permissionDenied' }),
    ]);
    const { ask } = await operate({ registrations }, deliveries);
    const { status, body } = await ask('/api/deliveries?member=M1');
    expect(status).toBe(200);
    const [apple, google] = body.items;
    expect(google).toMatchObject({
      ...{ destination: 'google', of: { memberId: 'M1' }, state: 'dead', wanted: 2, done: 0 },
      ...{ reason: 'permissionDenied', steps: [{ step: 'insert', status: 403, outcome: 'refused', tries: 1 }] },
    });
    expect(google).not.toHaveProperty('devices');
    expect(apple).toMatchObject({ state: 'confirming', wanted: 2, due: expect.stringMatching(/^20.*Z$/) });
    const devices = Object.fromEntries(apple.devices.map((device: { device: string }) => [device.device, device]));
    expect(devices[name('fetched')]).toMatchObject({ fetched: { revision: 2 }, whyNot: null });
    expect(devices[name('told')]).toMatchObject({
      ...{ listed: { revision: 2 }, fetched: { revision: 1 }, whyNot: expect.stringMatching(/has not fetched/) },
    });
    expect(devices[name('silent')]).toMatchObject({
      ...{ pushed: { revision: 2, times: 2 }, listed: null, whyNot: expect.stringMatching(/has not asked/) },
    });
    expect(devices[name('refused')]).toMatchObject({ pushed: null, whyNot: 'the push was refused: BadDeviceToken' });
    expect(devices[name('new')]).toMatchObject({ whyNot: 'it registered after the last push: it gets one soon' });
    expect(JSON.stringify(body)).not.toMatch(/device-|token/);
  });

  it('says what is in hand, and what is held by a breaker or by the partner, rather than when it would be due', async () => {
    const { deliveries, clock } = opened();
    await deliveries.accept([event('M1', 1)]);
    const subject = { type: 'member', memberId: 'M1' } as const;
    await got(deliveries.claim({ subject, destination: 'apple' }, 60_000));
    const until = clock() + 9_000;
    const breaker = { state: 'open', since: 0, until } as const;
    const { ask } = await operate(
      { engine: engineOf([viewOf('apple'), viewOf('google', { breaker })], deliveries) },
      deliveries,
    );
    const [apple, google] = (await ask('/api/deliveries?member=M1')).body.items;
    expect(apple).toMatchObject({ state: 'waiting', inHandUntil: expect.stringMatching(/^\d{4}-/), held: null });
    const held = { by: 'breaker', until: new Date(until).toISOString() };
    expect(google).toMatchObject({ state: 'waiting', inHandUntil: null, held });
    const { body } = await ask('/api/deliveries?destination=google&state=waiting');
    expect(body.items).toMatchObject([{ held }]);
  });

  it('says what waits for something that is no destination any more, and does not send it again', async () => {
    const { deliveries, settle } = opened();
    await deliveries.accept([event('M1', 1), event('M2', 1)]);
    for (const name of ['apple', 'google']) await settle('M2', name, { type: 'Delivered' }, []);
    const { ask, send } = await operate({ engine: engineOf([viewOf('apple')], deliveries) }, deliveries);
    const { items } = (await ask('/api/deliveries?member=M1')).body;
    expect(items).toMatchObject([
      { held: null },
      { destination: 'google', held: { by: 'configuration', until: null } },
    ]);
    expect((await send('/api/deliveries/redrive', { member: 'M2', whole: true })).body).toMatchObject({ redriven: 1 });
    expect((await ask('/api/deliveries?member=M2')).body.items).toMatchObject([
      { destination: 'apple', state: 'waiting' },
      { destination: 'google', state: 'delivered' },
    ]);
  });

  it('of nobody it knows: 404', async () => {
    const { ask } = await operate();
    expect(await ask('/api/deliveries?member=nobody')).toMatchObject(problem(404));
  });
});

describe('GET /api/deliveries?destination=', () => {
  it('lists what waits, what is to be confirmed, what is dead, a page at a time', async () => {
    const { deliveries, settle } = opened();
    const members = Array.from({ length: 5 }, (_, index) => `M${index}`);
    await deliveries.accept(members.map((memberId) => event(memberId, 1)));
    await settle('M4', 'google', { type: 'Dead', reason: 'gone' }, []);
    const { ask } = await operate({}, deliveries);
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const { body } = await ask(`/api/deliveries?destination=google&limit=3${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(3);
      seen.push(...body.items.map((item: { of: { memberId: string } }) => item.of.memberId));
      after = body.next;
    }
    expect(new Set(seen)).toEqual(new Set(['M0', 'M1', 'M2', 'M3']));
    expect(seen).toHaveLength(4);
    const dead = await ask('/api/deliveries?destination=google&state=dead');
    expect(dead.body).toMatchObject({ items: [{ of: { memberId: 'M4' }, reason: 'gone' }], next: null });
  });

  it.each([
    ['', /^expected either member, or destination/],
    ['?member=M1&destination=google', /^expected either/],
    ['?member=M1&state=dead', /^expected either/],
    ['?destination=google&sate=dead', /^expected either/],
    ['?destination=google&state=canary', /^state: expected one of waiting, confirming, dead$/],
    ['?destination=google&state=delivered', /^state: expected/],
    ['?destination=google&limit=0', /^limit: expected a whole number from 1 to 500$/],
    ['?destination=google&limit=501', /^limit: expected/],
    ['?destination=google&after=', /^after: expected/],
    ['?member=M1&member=M2', /^member: expected/],
    ['?member=', /^member: expected/],
  ])('%s is refused, naming what was expected', async (query, detail) => {
    const { ask } = await operate();
    const answer = await ask(`/api/deliveries${query}`);
    expect(answer).toMatchObject(problem(400, detail));
    expect(JSON.stringify(answer.body)).not.toContain('canary');
  });

  it('a destination that is not there: 404, and which are', async () => {
    const { ask } = await operate();
    const answer = await ask('/api/deliveries?destination=till');
    expect(answer).toMatchObject(problem(404, /^there are apple, google$/));
  });
});

describe('POST /api/deliveries/redrive', () => {
  it('sends again what is dead at a destination, a page at a time, and says how many; others stay', async () => {
    const { deliveries, settle } = opened();
    const members = Array.from({ length: 130 }, (_, index) => `M${index}`);
    for (const memberId of members) {
      await deliveries.accept([event(memberId, 1)]);
      await settle(memberId, 'google', { type: 'Dead', reason: 'gone' }, []);
    }
    await settle('M0', 'apple', { type: 'Dead', reason: 'gone' }, []);
    const { send } = await operate({}, deliveries);
    let [sent, pages] = [0, 0];
    for (let after: string | undefined = ''; after !== undefined; pages++) {
      const { body } = await send('/api/deliveries/redrive', { destination: 'google', ...(after !== '' && { after }) });
      sent += body.redriven;
      after = body.next ?? undefined;
    }
    expect({ sent, isPaged: pages > 1 }).toEqual({ sent: 130, isPaged: true });
    expect(await got(deliveries.waiting('google'))).toMatchObject({ dead: 0, bulk: 130 });
    expect(await got(deliveries.waiting('apple'))).toMatchObject({ dead: 1 });
  });

  it('sends each once: what is refused again at once does not keep it going', async () => {
    const { deliveries, settle, clock } = opened();
    const dies = (memberId: string) => settle(memberId, 'google', { type: 'Dead', reason: 'gone' }, []);
    for (let member = 0; member < 250; member += 1) {
      await deliveries.accept([event(`M${member}`, 1)]);
      await dies(`M${member}`);
    }
    const { send } = await operate({ clock }, deliveries);
    let [sent, pages] = [0, 0];
    for (let after: string | null = ''; after !== null && pages < 20; pages++) {
      const { body } = await send('/api/deliveries/redrive', { destination: 'google', ...(after !== '' && { after }) });
      sent += body.redriven;
      after = body.next;
      for (const { subject } of await got(deliveries.due('google', 'bulk', 1_000)))
        if (subject.type === 'member') await dies(subject.memberId);
    }
    expect(sent).toBe(250);
    expect(pages).toBeLessThan(20);
  });

  it('of a member: what is not delivered, at one destination or all; whole: what was delivered too', async () => {
    const { deliveries, settle } = opened();
    await deliveries.accept([event('M1', 1)]);
    await settle('M1', 'google', { type: 'Delivered' }, []);
    await settle('M1', 'apple', { type: 'Dead', reason: 'gone' }, []);
    const { send } = await operate({}, deliveries);
    const redrive = async (body: unknown) => (await send('/api/deliveries/redrive', body)).body;
    expect(await redrive({ member: 'M1', destination: 'google' })).toEqual({ redriven: 0, next: null });
    expect(await redrive({ member: 'M1' })).toEqual({ redriven: 1, next: null });
    expect(await redrive({ member: 'M1', destination: 'google', whole: true })).toEqual({ redriven: 1, next: null });
    expect(await send('/api/deliveries/redrive', { member: 'nobody' })).toMatchObject(problem(404));
  });

  it.each([
    [{}, /^expected \{ destination\?, member\?/],
    [[], /^expected \{/],
    [{ destination: 'google', all: true }, /^expected \{/],
    [{ destination: 'google', whole: true }, /^whole: expected a member/],
    [{ member: 'M1', whole: 'canary' }, /^whole: expected true or false$/],
    [{ member: 7 }, /^member: expected/],
  ])('%o is refused, naming what was expected', async (body, detail) => {
    const { send } = await operate();
    expect(await send('/api/deliveries/redrive', body)).toMatchObject(problem(400, detail));
  });

  it('no JSON, no body, too much of it: a status, and nothing quoted', async () => {
    const { ask, lines } = await operate();
    const post = (body: string, type = 'application/json') =>
      ask('/api/deliveries/redrive', { method: 'POST', headers: { 'content-type': type }, body });
    expect(await post('{"member": canary')).toMatchObject(problem(400, /^expected JSON$/));
    expect(await post('')).toMatchObject(problem(400));
    expect(await post('member=canary', 'text/plain')).toMatchObject(problem(415));
    expect(await post(JSON.stringify({ member: 'canary'.repeat(5_000) }))).toMatchObject(problem(413));
    expect(lines.join('')).not.toContain('canary');
  });
});

describe('GET /api/destinations', () => {
  it('tells of each its breaker, its pace, what waits, what is dead, the last answers, and days of the certificate', async () => {
    const { deliveries, clock } = opened();
    await deliveries.accept([event('M1', 1)]);
    const lastError = { at: 2_000, type: 'Failed', status: 503, reason: 'unavailable' } as const;
    const breaker = { state: 'open', since: 1_000, until: 6_000 } as const;
    const views = [viewOf('apple'), viewOf('google', { lastError, lastAnswers: [lastError], breaker, isDryRun: true })];
    const certificateEndsAt = () => Date.now() + 30.5 * 86_400_000;
    const { ask } = await operate({ engine: engineOf(views, deliveries), certificateEndsAt }, deliveries);
    const { body } = await ask('/api/destinations');
    expect(body.items).toMatchObject([
      { name: 'apple', breaker: { state: 'closed' }, waiting: { live: 1, bulk: 0 }, dead: 0, certificateDaysLeft: 30 },
      {
        ...{
          name: 'google',
          dryRun: true,
          breaker: { state: 'open', until: '1970-01-01T00:00:06.000Z' },
          pace: { perSecond: 15 },
        },
        lastError: { at: '1970-01-01T00:00:02.000Z', status: 503, reason: 'unavailable' },
        lastAnswers: [{ at: '1970-01-01T00:00:02.000Z', type: 'Failed', status: 503, reason: 'unavailable' }],
      },
    ]);
    expect(clock()).toBeGreaterThan(0);
  });
});

describe('the operators’ key', () => {
  const operators = keyring({ readKeys: TE.right(['operator-canary']), clock: Date.now });
  const PATHS = [
    '/api/destinations',
    '/api/deliveries?member=M1',
    '/api/deliveries?bad',
    '/api/passes/M1.pkpass',
    '/api/passes/M1/save-link',
  ];

  it.each(PATHS)('opens %s; without it, or with that of senders: 401, whatever is asked', async (path) => {
    const { ask, lines } = await operate({ operators });
    const withKey = (key: string) => ask(path, { headers: { authorization: `Bearer ${key}` } });
    for (const answer of [await ask(path), await withKey('key-canary-0123456789'), await withKey('')]) {
      expect(answer).toMatchObject(problem(401, /operator key/));
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await withKey('operator-canary')).status).not.toBe(401);
    expect(lines.join('')).not.toContain('canary');
  });

  it('that cannot be read: 503; senders and looks at the health are not held up', async () => {
    const away = keyring({ readKeys: TE.left({ reason: 'away' }), clock: Date.now });
    const { ask } = await operate({ operators: away });
    const answer = await ask('/api/destinations', { headers: { authorization: 'Bearer x' } });
    expect(answer).toMatchObject(problem(503));
    expect(answer.headers.get('retry-after')).toBe('2');
    expect((await ask('/health/ready')).status).toBe(200);
  });
});

describe('a pass', () => {
  const passFile = async (memberId: string) =>
    memberId === '003A/1'
      ? E.right({ bytes: Buffer.from('PK'), revision: 7, modifiedAt: 1_000 })
      : E.left(memberId === 'away' ? ('Unavailable' as const) : ('Unknown' as const));

  it('is downloaded as a file that a phone opens', async () => {
    const { ask } = await operate({ passFile });
    const { status, headers, body } = await ask('/api/passes/003A%2F1.pkpass');
    expect({ status, body }).toEqual({ status: 200, body: 'PK' });
    expect(headers.get('content-type')).toBe('application/vnd.apple.pkpass');
    expect(headers.get('last-modified')).toBe('Thu, 01 Jan 1970 00:00:01 GMT');
    expect(headers.get('x-billfold-revision')).toBe('7');
  });

  it('of nobody: 404; that cannot be made now: 503; where Apple is not configured: 501', async () => {
    const { ask } = await operate({ passFile });
    expect(await ask('/api/passes/nobody.pkpass')).toMatchObject(problem(404));
    expect(await ask('/api/passes/away.pkpass')).toMatchObject(problem(503));
    const without = await operate({ passFile: null, saveLink: null });
    expect(await without.ask('/api/passes/M1.pkpass')).toMatchObject(problem(501, /apple is no destination/));
    expect(await without.ask('/api/passes/M1/save-link')).toMatchObject(problem(501, /google is no destination/));
  });

  it('has a link to save it with Google, once Google has it', async () => {
    const saveLink = async (memberId: string) =>
      memberId === 'M1' ? E.right('https://pay.example/save/x') : E.left('NotYet' as const);
    const { ask } = await operate({ saveLink });
    expect(await ask('/api/passes/M1/save-link')).toMatchObject({ body: { google: 'https://pay.example/save/x' } });
    expect(await ask('/api/passes/M2/save-link')).toMatchObject(problem(409));
  });
});
