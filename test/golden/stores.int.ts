import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commitFromItem } from '#adapters/dynamodb/eventItem.ts';
import type { ItemImage } from '#adapters/dynamodb/item.ts';
import type { ShownJob } from '#adapters/http/answers/jobs.ts';
import { readOnlyFileKeys } from '#adapters/keys/fileKeys.ts';
import { memberKeyId, ownerOf } from '#domain/index.ts';
import { startService } from '#test/adapters/http/support.ts';
import { receiver } from '#test/adapters/webhook/receiver.ts';
import { got } from '#test/contract/given.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { format1Item } from '#test/support/format1.ts';
import {
  type GoldenStore,
  hasStore,
  itemsInFolder,
  type KeptPass,
  readGoldenStore,
  restoreGoldenStore,
  storedVersions,
  tableNames,
  writeGoldenStore,
} from '#test/support/goldenStore.ts';
import { historyArb, type Played, play } from '#test/support/org.ts';
import { type StoreItem, toLine } from '#test/support/storeItems.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import type { WireItem } from '#test/support/wire.ts';
import { readFormats } from './formats.ts';

/**
 * A store of each released version, whole, which every later version has to go on with. A file is never edited and never removed. BILLFOLD_ADD_GOLDEN=1 adds
 * that of the version in package.json where it is missing, and touches no other. 0.0.0 is what was written before the first release: events in format 1.
 */
const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Destinations with a partner of webhooks, who remembers the last revision it took of each member. */
const partner = async (dataDir: string, statusOf: (memberId: string) => number = () => 204) => {
  const told = new Map<string, number>();
  const { url } = await receiver((response, { path, body }) => {
    const status = statusOf(path.slice(1));
    if (status === 204) told.set(path.slice(1), JSON.parse(body).revision);
    response.writeHead(status).end();
  });
  const file = join(dataDir, 'destinations.json');
  const crm = {
    name: 'crm',
    url: `${url}/{memberId}`,
    body: '{ "revision": metadata.revision }',
    limits: { tries: 1 },
  };
  await writeFile(file, JSON.stringify({ webhooks: [crm] }));
  return { destinations: { file }, told };
};

type Billfold = Awaited<ReturnType<typeof startService>>;
const passesOf = async ({ ask }: Billfold, memberIds: Iterable<string>): Promise<Record<string, KeptPass | null>> => {
  const passes: Record<string, KeptPass | null> = {};
  for (const memberId of memberIds) {
    const { status, body } = await ask(`/api/passes/${memberId}`);
    passes[memberId] = status === 404 ? null : (body as KeptPass);
  }
  return passes;
};

/** A job to its end. */
const runs = async ({ ask }: Billfold, request: object): Promise<ShownJob> => {
  const headers = { 'content-type': 'application/json' };
  const begun = await ask('/api/jobs', { method: 'POST', headers, body: JSON.stringify(request) });
  const { id } = begun.body as ShownJob;
  const job = async () => (await ask(`/api/jobs/${id}`)).body as ShownJob;
  await expect.poll(async () => (await job()).state, { timeout: 30_000, interval: 20 }).not.toBe('running');
  return job();
};
const verifyAll = { type: 'verify', sample: 1, memberId: null, segments: 1 };
const replayAll = { type: 'replay', projection: null, memberId: null, segments: 1 };

/** Half of it is in the store that is written, half comes afterwards. */
const played = (): Played => {
  const histories = fc
    .sample(historyArb({ maxLength: 200 }), { seed: 71, numRuns: 60 })
    .map((history) => play(history));
  const isTelling = ({ feeds, org }: Played): boolean => {
    const passes = [...truth(org, todayIn(org.second * 1000)).values()];
    const active = passes.filter((pass) => pass?.status === 'active');
    return feeds.length >= 80 && active.length > 1 && active.some((pass) => (pass?.spend.purchases ?? 0) > 0);
  };
  return histories.find(isTelling) ?? expect.unreachable('a history');
};

const truthOf = (org: Played['org'], at: number) => Object.fromEntries(truth(org, todayIn(at)));

const write = async (): Promise<GoldenStore> => {
  const { org, feeds, finalLoad } = played();
  const at = (org.second + 7200) * 1000;
  const dataDir = await freshFolder();
  const statuses = new Map<string, number>();
  // Of whom it hears first it refuses for good, of whom it hears second for now.
  const { destinations } = await partner(dataDir, (memberId) => {
    const status = statuses.get(memberId) ?? [400, 503][statuses.size] ?? 204;
    statuses.set(memberId, status);
    return status;
  });
  const service = await startService({ dataDir, destinations });
  service.setClock(at);
  const half = Math.floor(feeds.length / 2);
  const unreadable: WireItem = {
    ...{ type: 'file', object: 'Order', executionId: 'torn', fileName: 'part', extractedAtMs: at },
    text: '{"Id": "801',
  };
  await service.deliver([...feeds.slice(0, half), unreadable]);
  await service.untilIdle();
  const isIn = async (state: string) =>
    ((await service.ask(`/api/deliveries?destination=crm&state=${state}`)).body as { items: object[] }).items.length;
  await expect.poll(async () => [await isIn('dead'), await isIn('waiting')]).toEqual([1, 1]);
  const expected = truthOf(org, at);
  const passes = await passesOf(service, Object.keys(expected));
  await service.pause();
  const items = await itemsInFolder(dataDir);
  const keys = await readFile(join(dataDir, 'keys.jsonl'), 'utf8');
  await service.stop();
  return {
    reads: readFormats(),
    ...{ at, keys, items, rest: [...feeds.slice(half), ...finalLoad], truth: expected },
    passes: Object.fromEntries(Object.entries(passes).flatMap(([id, pass]) => (pass === null ? [] : [[id, pass]]))),
  };
};

/** The same, its log as it was kept before there was a release. */
const inFormat1 = async (store: GoldenStore): Promise<GoldenStore> => {
  const dataDir = await freshFolder();
  onTestFinished(() => removeFolder(dataDir));
  await writeFile(join(dataDir, 'keys.jsonl'), store.keys);
  const keys = readOnlyFileKeys(join(dataDir, 'keys.jsonl'));
  const events = (store.items.events ?? []).map(async (item) => {
    const commit = await got(commitFromItem({ keys })(imageOf(item)));
    const keyId = memberKeyId(ownerOf(commit.stream).id);
    return format1Item(commit, (await got(keys.obtain([keyId]))).get(keyId) ?? null);
  });
  return { ...store, reads: [], items: { ...store.items, events: await Promise.all(events) } };
};

test.runIf(process.env.BILLFOLD_ADD_GOLDEN === '1' && !hasStore(version))('a store of this version', async () => {
  const store = await write();
  writeGoldenStore(version, store);
  if (!hasStore('0.0.0')) writeGoldenStore('0.0.0', await inFormat1(store));
});

test('the version in package.json has a store', () => {
  expect(hasStore(version), 'BILLFOLD_ADD_GOLDEN=1 adds it').toBe(true);
});

describe.each(storedVersions())('the store of %s', { timeout: 60_000 }, (name) => {
  const store = readGoldenStore(name);
  const members = Object.keys(store.truth);

  test('holds something of everything that a running service keeps', () => {
    // On a laptop keys lie in a file.
    expect(new Set([...Object.keys(store.items), 'keys'])).toEqual(new Set(tableNames));
    expect(store.keys.split('\n').length).toBeGreaterThan(3);
    expect(new Set(store.items.events?.map(({ f }) => f?.N ?? '2'))).toEqual(new Set([name === '0.0.0' ? '1' : '2']));
    expect(Object.keys(store.passes)).toHaveLength(3);
    const queues = store.items.deliveries?.flatMap(({ bucket }) => bucket?.S?.split('#')[1] ?? []);
    expect(new Set(queues)).toEqual(new Set(['live', 'dead']));
  });

  test('is gone on with: same passes, no drift, what comes is understood, and a replay makes the same', async () => {
    const dataDir = await freshFolder();
    await restoreGoldenStore(dataDir, store);
    const { destinations, told } = await partner(dataDir);
    const service = await startService({ dataDir, destinations });
    onTestFinished(service.stop);
    service.setClock(store.at);
    await service.untilIdle();
    expect(await passesOf(service, Object.keys(store.passes))).toEqual(store.passes);
    expect((await runs(service, verifyAll)).tally.counts).toMatchObject({ drifted: 0 });

    await service.deliver(store.rest);
    const status = await service.untilIdle();
    const after = await passesOf(service, members);
    expect(Object.fromEntries(members.map((id) => [id, knownPart(after[id]?.pass ?? null)]))).toEqual(store.truth);
    expect(
      members.filter((id) => (after[id]?.revision ?? 0) > (store.passes[id]?.revision ?? 0)).length,
    ).toBeGreaterThan(2);
    expect(status).toMatchObject({ parked: { members: 0 }, deadLetters: { ingestDead: 0, pokeDead: 0, relayDead: 0 } });

    const { state, tally } = await runs(service, replayAll);
    expect({ state, pushes: 0, failed: 0, ...tally.counts }).toMatchObject({ state: 'done', pushes: 0, failed: 0 });
    expect((await runs(service, verifyAll)).tally.counts).toMatchObject({ drifted: 0, members: members.length });
    expect(await passesOf(service, members)).toEqual(after);
    const news = members.filter((id) => after[id]?.revision !== store.passes[id]?.revision);
    await expect.poll(() => news.map((id) => told.get(id))).toEqual(news.map((id) => after[id]?.revision));
  });
});

/** As a pipe renders it. */
const imageOf = (item: StoreItem): ItemImage => JSON.parse(toLine('', item)).item;
