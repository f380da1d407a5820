import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { OpenApi } from '#adapters/http/openApi.ts';
import { type Runtime, startRuntime } from '#adapters/local/runtime.ts';
import { memberId } from '#adapters/sample/members.ts';
import { retail } from '#domain/index.ts';
import { freePort } from '#test/support/ports.ts';
import { type Ask, type Asked, client, outcomeOf, showAsked, type Told } from '../http.ts';
import { changeDetails, NOBODY, rowsByObject } from '../seeds.ts';
import { Broken, type Decoder, type Target } from '../target.ts';
import { type ApiCase, apiCaseArb, askedOf, type Surface, surfaceOf } from './apiCase.ts';

/** What stands behind the cases of this process: those of a failure are shown with it. */
let surface: Surface | null = null;

/** All of billfold in this process over a DynamoDB API of its own, with something of everything, and its JSON API on a port. */
const open = async (): Promise<Decoder<ApiCase>> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'billfold-fuzz-'));
  const logged: object[] = [];
  const runtime = await started(dataDir, (line) => void logged.push(line));
  const { ask, close } = client(runtime.url);
  await filled(ask);
  const current = surfaceOf(await jsonOf<OpenApi>(ask, '/api/openapi.json'), {
    known: await knownValues(ask),
    bodies,
  });
  surface = current;
  return {
    play: async (played) => {
      const asked = askedOf(current, played);
      logged.length = 0;
      const told = await ask(asked);
      const outcome = outcomeOf(told);
      // What was taken is handled afterwards: that it fails may come to light during the next case.
      const failed = logged.find((line) => 'type' in line && FAULTS.has(line.type));
      if (failed !== undefined) throw new Broken(`logged ${JSON.stringify(failed)}`);
      if (outcome.type === 'refused' && asked.method !== 'HEAD') expectProblem(told);
      if (/^\/api\/pipes\/\w+\/pause/.test(asked.path) && outcome.type === 'value') await resumed(ask);
      // A refusal of the API may name what was asked for, which was in the address: it goes to whoever asked.
      return { type: outcome.type };
    },
    close: async () => {
      await close();
      await runtime.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

/** What only a broken program logs, or one that took what it cannot handle. */
const FAULTS: ReadonlySet<unknown> = new Set(
  [
    'Request',
    'BusDelivery',
    'QueueBatch',
    'PipeBatch',
    'PipeRead',
    'Inbox',
    'LocalTable',
    'Clock',
    'WalletFollower',
  ].map((what) => `${what}Failed`),
);

const SAMPLE = { seed: 1, members: 4, until: Date.UTC(2026, 4, 1, 12) };

const started = async (dataDir: string, log: (line: object) => void): Promise<Runtime> => {
  const runtime = await startRuntime({
    ...{
      dataDir,
      port: await freePort(),
      dynamodbPort: await freePort(),
      middlewarePort: await freePort(),
      environment: {},
    },
    ...{ destinations: 'stand-ins', sample: SAMPLE, mapping: retail, clock: () => SAMPLE.until + 5_000, log },
    onWalletEvent: () => undefined,
  });
  if (E.isLeft(runtime)) throw new Error(runtime.left.message);
  return runtime.right;
};

/** A run, a file that is in quarantine in part, a job: what there is to be asked for. */
const filled = async (ask: Ask): Promise<void> => {
  const isLoaded = async () =>
    (await ask({ method: 'GET', path: `/api/sample/members/${memberId(0)}`, headers: {}, body: null })).status === 200;
  const isIdle = async () => (await jsonOf<{ idle: boolean }>(ask, '/api/status')).idle;
  await until(isLoaded);
  const headers = { 'content-type': 'text/plain' };
  await ask({
    ...{ method: 'PUT', path: '/api/inbox/Contact/bad.jsonl?modified=2026-04-30T00:00:00Z', headers },
    body: Buffer.from('{}\n{"Id":"x"}\n'),
  });
  await ask({
    ...{ method: 'POST', path: '/api/jobs', headers: { 'content-type': 'application/json' } },
    body: Buffer.from('{"type":"verify"}'),
  });
  await until(isIdle);
};

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the service did not get that far within a minute');
};

const jsonOf = async <Json>(ask: Ask, path: string): Promise<Json> =>
  JSON.parse((await ask({ method: 'GET', path, headers: {}, body: null })).text);

type Listed = { readonly items: readonly Readonly<Record<string, string>>[] };

/** By the name of a parameter or property, those of the service as it is. */
const knownValues = async (ask: Ask): Promise<Surface['known']> => {
  const listed = async (path: string, name: string): Promise<readonly string[]> =>
    (await jsonOf<Listed>(ask, path)).items.flatMap((item) => item[name] ?? []);
  const members = [0, 1, 2].map(memberId);
  const { orders, vouchers } = await jsonOf<Readonly<Record<'orders' | 'vouchers', Listed['items']>>>(
    ask,
    `/api/sample/members/${memberId(0)}`,
  );
  const ids = [...orders, ...vouchers].flatMap(({ id }) => id ?? []);
  const parts = Object.keys((await jsonOf<{ parts: object }>(ask, '/api/flow')).parts);
  const byPath: Readonly<Record<string, readonly string[]>> = {
    '/api/jobs': await listed('/api/jobs', 'id'),
    '/api/quarantine': await listed('/api/quarantine', 'id'),
    // A member that is forgotten has nothing left to ask for, and it takes as long as reading all that the cases left behind.
    '/api/members/{id}/forget': [NOBODY],
    '/api/flow': parts,
    '/api/pipes': await listed('/api/pipes', 'name'),
    '/api/records': ids,
  };
  const byName: Readonly<Record<string, readonly string[]>> = {
    ...{ id: members, member: members, memberId: members, orderId: ids, voucherId: ids },
    ...{ what: ['status', 'tier', 'tier.name', 'tier.next', 'spend.last12Months', 'promotions', 'holder.firstName'] },
    ...{ at: ['1', '999', '2026-05-01', '2026-03-01T12:00:00Z'], after: ['0', '12', 'latest'], limit: ['1', '50'] },
    ...{ q: ['ada', 'm', '0038'], offset: ['0', '3'], modified: ['2026-04-30T00:00:00Z', '1793613600000'] },
    ...{ object: ['Contact', 'Order'], file: ['bad.jsonl'], run: ['r'], flow: ['Contact'], executionId: ['r'] },
    ...{ queue: ['ingestDead', 'publishDead'], detailType: ['WalletPassIssued', 'PurchaseRecorded'] },
    ...{ destination: ['apple', 'google'], state: ['dead', 'waiting'], projection: ['tier@1'], amount: ['42.50'] },
    ...{ version: ['1'], sequence: ['1'], since: ['2026-03-01'] },
  };
  return (name, path) =>
    (name === 'id' || name === 'name'
      ? Object.entries(byPath).find(([prefix]) => path.startsWith(prefix))?.[1]
      : undefined) ??
    byName[name] ??
    [];
};

const bodies: Surface['bodies'] = {
  putEvents: [
    {
      Entries: changeDetails.map((detail) => ({
        ...{ Source: 'aws.partner/x', DetailType: 'OrderChangeEvent', Detail: JSON.stringify(detail) },
      })),
    },
  ],
  putFile: Object.values(rowsByObject),
  startJob: ['verify', 'diff', 'reconcile', 'replay', 'promote'].map((type) => ({ type, projection: 'tier@1' })),
};

/** What a refusal looks like, wherever it comes from: RFC 9457, or an exception as AWS words it. */
const expectProblem = ({ status, type, text }: Told): void => {
  if (!/^application\/(?:problem\+json|x-amz-json-1\.1)/.test(type))
    throw new Broken(`answers ${status} as ${type === '' ? 'nothing' : type}: ${text.slice(0, 200)}`);
  JSON.parse(text);
};

const resumed = async (ask: Ask): Promise<void> => {
  for (const { name, state } of (await jsonOf<Listed>(ask, '/api/pipes')).items)
    if (state !== 'RUNNING') await ask({ method: 'POST', path: `/api/pipes/${name}/resume`, headers: {}, body: null });
};

const shown = (played: ApiCase): Asked | null => (surface === null ? null : askedOf(surface, played));

export const api: Target<ApiCase> = {
  name: 'api',
  about: 'every operation of the JSON API, as its OpenAPI document names them, over a store',
  inputs: apiCaseArb,
  found: {},
  // It is work: a retry goes through all that the cases before it left in quarantine.
  mostCpuMs: 1_000,
  open,
  show: (played) => {
    const asked = shown(played);
    return asked === null ? JSON.stringify(played) : showAsked(asked);
  },
};
