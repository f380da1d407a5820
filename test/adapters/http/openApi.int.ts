import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointIndex } from '#adapters/http/endpointIndex.ts';
import type { OpenApi } from '#adapters/http/openApi.ts';
import { tier as lowerSilver } from '#test/examples/lowerSilver.ts';
import { billfold as cli } from '#test/flow/process.ts';
import { heldToOpenApi } from '#test/support/heldToOpenApi.ts';
import { openApiFaults, operationsOf } from '#test/support/openApiRules.ts';
import { badge, CANARY, shownBadge, throwsFor, withBadge } from '#test/support/parking.ts';
import { created, type entryOf, type HttpService, startService } from './support.ts';

/** A billfold with something of everything: passes, a member that is parked, quarantine, a run, a version that waits, phones. */
let billfold: HttpService;
let document: OpenApi;
const [ada, eve, unlucky] = ['Ada', 'Eve', CANARY].map((name) =>
  created('Contact', { MemberNumber__c: `M-${name}`, Name: { FirstName: name }, MemberSince__c: '2025-01-01' }),
) as [Created, Created, Created];
type Created = ReturnType<typeof created>;
const bought = { EffectiveDate: '2026-04-01', Status: 'Activated', TotalAmount: 400 };
const order = created('Order', { BillToContactId: ada.id, ...bought });
const impossible = created('Order', { BillToContactId: ada.id, ...bought, TotalAmount: 1.234 });
const voucher = created('Voucher__c', {
  ...{ Member__c: ada.id, Title__c: 'Ten off', Status__c: 'Issued', ValidTo__c: '2026-05-03' },
  ...{ Value__c: 10, CurrencyIsoCode: 'EUR' },
});
/** Known as an owner only. */
const provisional = created('Contact', {}).id;

type Told = { readonly method: string; readonly path: string; readonly status: number };
const told: Told[] = [];
const faults: string[] = [];
// biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
type Json = any;
/** Asks, and holds the answer to the document. */
const ask = async (method: string, path: string, body?: object | string): Promise<Json> => {
  const json = { 'content-type': path === '/eventbridge' ? 'application/x-amz-json-1.1' : 'application/json' };
  const answer = await billfold.ask(path, {
    method,
    ...(typeof body === 'object' && {
      headers: { ...json, 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify(body),
    }),
    ...(typeof body === 'string' && { body }),
  });
  const fault = heldTo({ ...answer, method, path });
  if (fault !== null) faults.push(fault);
  told.push({ method, path, status: answer.status });
  return answer.body;
};
let heldTo: ReturnType<typeof heldToOpenApi>;

const put = async (...news: readonly Created[]): Promise<void> => {
  await ask('POST', '/eventbridge', { Entries: news.map(({ entry }): ReturnType<typeof entryOf> => entry) });
  await billfold.untilIdle();
};

beforeAll(async () => {
  billfold = await startService({
    registry: withBadge(shownBadge(throwsFor), [badge(undefined, 2), lowerSilver]),
    destinations: 'stand-ins',
  });
  document = await billfold.get<OpenApi>('/api/openapi.json');
  heldTo = heldToOpenApi(document);
  await put(ada, eve);
  await put(order, impossible, voucher, created('Voucher__c', { Member__c: provisional, Status__c: 'Issued' }));
  await put(unlucky);
  await ask('PUT', '/api/inbox/Contact/bad.jsonl?modified=2026-04-30T00:00:00Z', '{}\n{"Id":"x"}\n');
  await billfold.untilIdle();
}, 120_000);
afterAll(() => billfold.stop());

const NAMES = `
  acceptDeletions addPhone drawCards dropQuarantined forgetMember getAsyncApi getCardColors getCardImage getForgetting getHealth getIndex getJob getLiveness
  getMapping getMember getOpenApi getPass getPassFile getQuarantined getReadiness getSchema
  getStandIns getStatus getWhy listDomainEvents listForgotten listJobs listMemberEvents listMembers listParked listPasses
  listPipes listProjections listQuarantine listRuns listSchemas listWalletEvents mendStandIns
  orderApnsFaults orderGoogleFaults pausePipe putEvents putFile resumeJob resumePipe retryParked
  retryQuarantine retryQuarantined startJob
`
  .trim()
  .split(/\s+/);

/** After each tour, so that its faults are told together. */
const expectHeld = (): void => {
  expect(faults.splice(0)).toEqual([]);
};

describe('the OpenAPI document', () => {
  it('is one, by the rules of OpenAPI 3.1 and JSON Schema', () => {
    expect(openApiFaults(document)).toEqual([]);
    expect(operationsOf(document).length).toBeGreaterThan(35);
  });

  it('keeps the names of its operations: generated clients call them', () => {
    const names = operationsOf(document).map(({ operationId }) => operationId);
    expect(NAMES.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('and the index list the same', async () => {
    const { body } = await billfold.ask('/');
    for (const { method, path, summary } of operationsOf(document))
      expect(String(body).split('\n')).toContainEqual(
        expect.stringMatching(
          new RegExp(`^${method.toUpperCase()} +${literal(path)}(?:\\{\\?.*\\})? .*${literal(summary)}$`),
        ),
      );
    expect(endpointIndex([])).toBe('billfold\n\n');
  });

  it('is what the command line prints', async () => {
    const { code, stdout } = await cli(['schemas', '--openapi'], billfold.url);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(document);
  });

  it('names nothing that the README does not', async () => {
    const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');
    expect(Object.keys(document.paths).filter((path) => !readme.includes(path))).toEqual([]);
  });
});
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('an answer is what the document says', () => {
  it('of members, their events and where their values come from', async () => {
    for (const id of [ada.id, eve.id, provisional, unlucky.id, 'nobody']) {
      for (const at of ['', '?at=1', '?at=999', '?at=2026-05-01', '?at=2020-01-01', '?at=x', '?at=1&at=2'])
        await ask('GET', `/api/members/${id}${at}`);
      await ask('GET', `/api/members/${id}/events?limit=2`);
      await ask('GET', `/api/members/${id}/events?limit=x`);
      for (const what of [
        'status',
        'tier',
        'tier.name',
        'tier.next',
        'spend.lifetime',
        'spend.last12Months',
        'promotions',
      ])
        await ask('GET', `/api/members/${id}/why/${what}`);
      for (const what of [`promotions.${voucher.id}`, 'holder.firstName', 'memberSince', 'nothing'])
        await ask('GET', `/api/members/${id}/why/${what}?at=2026-05-02`);
    }
    expectHeld();
  });

  it('of passes, signed ones too', async () => {
    for (const query of ['', '?limit=1', '?limit=0', '?after=a&after=b']) await ask('GET', `/api/passes${query}`);
    for (const id of [ada.id, provisional, 'nobody'])
      for (const ending of ['', '.pkpass']) await ask('GET', `/api/passes/${id}${ending}`);
    expectHeld();
  });

  it('of the buses, as pages and as streams', async () => {
    for (const bus of ['wallet', 'domain']) {
      for (const query of ['', '?after=1&limit=1', '?after=latest', '?after=x', '?limit=1&limit=2'])
        await ask('GET', `/api/${bus}-events${query}`);
      const path = `/api/${bus}-events?after=latest`;
      const stream = new AbortController();
      const { status, headers } = await fetch(`${billfold.url}${path}`, {
        headers: { accept: 'text/event-stream' },
        signal: stream.signal,
      });
      stream.abort();
      expect(heldTo({ method: 'GET', path, status, type: headers.get('content-type'), body: '' })).toBeNull();
      expect(headers.get('content-type')).toBe('text/event-stream');
    }
    expectHeld();
  });

  it('of jobs, with the passes that another version changes, before and after', async () => {
    const done = async (asked: object): Promise<Json> => {
      const { id } = await ask('POST', '/api/jobs', asked);
      await expect
        .poll(() => ask('GET', `/api/jobs/${id}`), { timeout: 60_000 })
        .not.toMatchObject({ state: 'running' });
      return ask('GET', `/api/jobs/${id}`);
    };
    await done({ type: 'replay' });
    expect((await done({ type: 'diff', projection: 'tier@3' })).tally.samples).toContainEqual(
      expect.objectContaining({
        memberId: ada.id,
        before: { tier: expect.objectContaining({ name: 'Member' }) },
        after: { tier: expect.objectContaining({ name: 'Silver' }) },
      }),
    );
    await done({ type: 'verify', sample: 1 });
    await done({ type: 'reconcile' });
    await done({ type: 'promote', projection: 'tier@3' });
    for (const refused of [
      { type: 'dance' },
      { type: 'replay', segments: -1 },
      { type: 'diff', projection: 'tier@10' },
    ])
      await ask('POST', '/api/jobs', refused);
    const { items } = await ask('GET', '/api/jobs');
    expect(items.length).toBeGreaterThan(4);
    await ask('POST', `/api/jobs/${items[0].id}/resume`);
    for (const [method, path] of [
      ['GET', '/api/jobs/none'],
      ['POST', '/api/jobs/none/resume'],
      ['GET', '/api/projections'],
    ] as const)
      await ask(method, path);
    expectHeld();
  });

  it('of what went wrong: quarantine, parked, runs', async () => {
    const { items } = await ask('GET', '/api/quarantine');
    expect(new Set(items.map(({ type }: { type: string }) => type))).toEqual(new Set(['input', 'record']));
    for (const { id } of items) {
      const path = `/api/quarantine/${encodeURIComponent(id)}`;
      await ask('GET', path);
      await ask('POST', `${path}/retry`);
    }
    await ask('POST', '/api/quarantine/retry');
    for (const { id } of items) await ask('DELETE', `/api/quarantine/${encodeURIComponent(id)}`);
    for (const path of ['/none', '/none/retry'])
      for (const method of path === '/none' ? ['GET', 'DELETE'] : ['POST']) await ask(method, `/api/quarantine${path}`);
    expect((await ask('GET', '/api/parked')).items).toMatchObject([{ memberId: unlucky.id }]);
    await ask('POST', '/api/parked/retry');
    const runs = (await ask('GET', '/api/runs')).items;
    expect(runs.length).toBeGreaterThan(0);
    await ask('POST', `/api/runs/Contact/${runs[0].executionId}/accept-deletions`);
    for (const area of ['quarantine', 'parked', 'runs'])
      for (const query of ['?limit=0', '?after=a&after=b']) await ask('GET', `/api/${area}${query}`);
    expectHeld();
  });

  it('of pipes, and what stands in for Apple, Google and phones', async () => {
    await ask('POST', '/api/pipes/announce/pause');
    await ask('GET', '/api/pipes');
    await ask('GET', '/api/status');
    await ask('POST', '/api/pipes/announce/resume');
    await ask('POST', '/api/pipes/none/pause');
    await ask('GET', '/api/dead-letters');
    for (const queue of ['ingestDead', 'ingest']) await ask('POST', `/api/dead-letters/${queue}/redrive`);
    expect((await ask('POST', '/api/stand-ins/phones', { memberId: eve.id })).items).toMatchObject([
      { memberId: eve.id },
    ]);
    await ask('POST', '/api/stand-ins/phones', {});
    await ask('POST', '/api/stand-ins/apns/faults', { type: 'answer', status: 503, times: 2 });
    await ask('POST', '/api/stand-ins/google/faults', { type: 'reset' });
    for (const what of ['apns', 'google']) await ask('POST', `/api/stand-ins/${what}/faults`, { type: 'rain' });
    await ask('DELETE', '/api/stand-ins/faults');
    await expect
      .poll(() => ask('GET', '/api/stand-ins'), { timeout: 20_000 })
      .toMatchObject({ google: { objects: 2 } });
    expectHeld();
  });

  it('of deliveries, which the middleware answers', async () => {
    for (const query of ['', `?member=${ada.id}`, '?member=nobody', '?destination=apple', '?destination=none'])
      await ask('GET', `/api/deliveries${query}`);
    await ask('GET', '/api/destinations');
    for (const asked of [{ member: ada.id, whole: true }, { destination: 'none' }, {}])
      await ask('POST', '/api/deliveries/redrive', asked);
    expectHeld();
  });

  it('of the flow, part by part, and of what became of a file', async () => {
    const { parts } = await ask('GET', '/api/flow');
    for (const part of [...Object.keys(parts), 'nothing']) await ask('GET', `/api/flow/${encodeURIComponent(part)}`);
    const { file } = await ask('PUT', '/api/inbox/Contact/more.jsonl', '{}\n');
    await billfold.untilIdle();
    await ask('GET', `/api/inbox/${file}`);
    await ask('GET', '/api/inbox/Contact/none/none.jsonl');
    expectHeld();
  });

  it('of a member’s history, and of what the sources said', async () => {
    for (const id of [ada.id, provisional, unlucky.id, 'nobody'])
      for (const what of ['history', 'records'])
        for (const query of ['', '?limit=1', '?limit=0', '?after=x'])
          await ask('GET', `/api/members/${id}/${what}${query}`);
    await ask('GET', `/api/members/${ada.id}/records?id=${order.id}`);
    expectHeld();
  });

  it('of lists of members and of drawn cards', async () => {
    for (const query of ['', '?q=ada', '?q=a&limit=1&offset=1', `?q=${provisional}`, '?limit=0'])
      await ask('GET', `/api/members${query}`);
    const { pass } = await ask('GET', `/api/passes/${ada.id}`);
    const { apple } = await ask('POST', '/api/drawn-cards', { pass });
    await ask('POST', '/api/drawn-cards', {});
    await ask('GET', apple.images.logo);
    await ask('GET', '/api/drawn-cards/images/nothing.png');
    await ask('GET', '/api/drawn-cards/colors');
    expectHeld();
  });

  it('of everything else', async () => {
    for (const path of [
      ...['/', '/health', '/health/live', '/health/ready', '/api/status', '/api/mapping', '/api/openapi.json'],
      ...['/api/asyncapi', '/api/schemas', '/api/schemas/WalletPassIssued', '/api/schemas/Unheard', '/api/nothing'],
      '/api/schemas/WalletPassIssued?version=x',
    ])
      await ask('GET', path);
    await ask('PUT', '/api/inbox/Contact/half.tmp', '{}');
    await ask('PUT', '/api/inbox/Contact/good.jsonl?modified=yesterday', '{}');
    await ask('POST', '/eventbridge', { Entries: [] });
    await ask('POST', '/eventbridge', { Entries: [{ Source: 'nobody' }] });
    expectHeld();
  });

  it('of who is forgotten, and asks again', async () => {
    for (const id of [eve.id, eve.id, 'nobody']) await ask('POST', `/api/members/${id}/forget`);
    for (const path of [
      '/api/forgotten',
      `/api/forgotten/${eve.id}`,
      '/api/forgotten/nobody',
      `/api/members/${eve.id}`,
      `/api/passes/${eve.id}`,
    ])
      await ask('GET', path);
    await ask('GET', `/api/members/${eve.id}/records`);
    for (const what of ['status', 'tier.name', 'spend.purchases'])
      await ask('GET', `/api/members/${eve.id}/why/${what}`);
    expectHeld();
  });

  it('and every operation was asked, with success', () => {
    const { length } = told;
    expect(length).toBeGreaterThan(100);
    const unasked = operationsOf(document).filter(
      ({ method, path }) =>
        // Asked where a sample org is.
        !path.startsWith('/api/sample/') &&
        !told.some(
          (asked) =>
            asked.method === method.toUpperCase() &&
            asked.status < 300 &&
            new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(
              asked.path.split('?')[0] ?? '',
            ),
        ),
    );
    // Those need a load that is held, and a job that was stopped.
    expect(unasked.map(({ operationId }) => operationId)).toEqual(['acceptDeletions', 'resumeJob']);
  });
});

describe('an answer that is not is told of', () => {
  const answer = (path: string, body: unknown, status = 200) =>
    heldTo({ method: 'GET', path, status, type: 'application/json', body });
  const pass = { revision: 1, asOfVersion: 1 };

  it.each([
    ['a property that is missing', '/api/passes/x', pass, 200, /must have required property 'pass'/],
    ['a property that it does not name', '/health', { status: 'ok', more: 1 }, 200, /unevaluated/],
    ['another value', '/health', { status: 'bad' }, 200, /must be equal to constant/],
    ['a status that it does not know', '/health', { status: 'ok' }, 404, /is not documented/],
    ['an address that it does not know', '/api/unheard', {}, 200, /no operation is documented/],
  ])('%s', (_, path, body, status, why) => {
    expect(answer(path, body, status)).toMatch(why);
  });
});
