import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as E from 'fp-ts/lib/Either.js';
import type { CarriedEvent } from '#adapters/http/answers/busEvents.ts';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '#adapters/local/runtime.ts';
import { type Pass, retail, type WalletEvent } from '#domain/index.ts';
import { freePort } from '#test/support/ports.ts';
import type { WireItem } from '#test/support/wire.ts';

/** All of billfold in this process, at ports of its own, empty and with nobody to deliver to; stopped more than once it stops once. */
export const startedIn = async (dataDir: string, options: Partial<RuntimeOptions> = {}): Promise<Runtime> => {
  const started = await startRuntime({
    dataDir,
    port: await freePort(),
    dynamodbPort: await freePort(),
    middlewarePort: await freePort(),
    sample: null,
    destinations: 'nowhere',
    mapping: retail,
    clock: Date.now,
    environment: {},
    log: () => undefined,
    onWalletEvent: () => undefined,
    ...options,
  });
  if (E.isLeft(started)) throw new Error(started.left.message);
  let stopping: Promise<void> | null = null;
  return {
    ...started.right,
    stop: () => {
      stopping ??= started.right.stop();
      return stopping;
    },
  };
};

/** A running billfold as a stranger's script sees it: its folder, its HTTP surface, the AWS SDK. */
export type Outside = ReturnType<typeof outside>;

export const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'billfold-'));
export const removeFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

export const outside = (url: string, dataDir: string) => {
  const eventBridge = new EventBridgeClient({
    endpoint: `${url}/eventbridge`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'anyone', secretAccessKey: 'anything' },
    maxAttempts: 1,
  });
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${url}${path}`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };

  /** Writes beside the inbox and renames in, as the surface asks; every other file in gzip. */
  const drop = async (item: Extract<WireItem, { type: 'file' }>, folder: string = item.object): Promise<void> => {
    const name = `${item.fileName}-${++dropped}`;
    const target = join(dataDir, 'inbox', folder, item.executionId, name);
    const beside = join(dataDir, `.${name}`);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(beside, dropped % 2 === 0 ? gzipSync(item.text) : item.text);
    await utimes(beside, item.extractedAtMs / 1000, item.extractedAtMs / 1000);
    await rename(beside, target);
  };
  let dropped = 0;

  const put = async (items: readonly Extract<WireItem, { type: 'event' }>[]): Promise<void> => {
    for (let at = 0; at < items.length; at += 10) {
      const Entries = items.slice(at, at + 10).map(({ entry }) => ({ ...entry, Time: new Date(entry.Time * 1000) }));
      const { FailedEntryCount } = await eventBridge.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} entries failed`);
    }
  };

  return {
    get,
    put,
    drop,
    eventBridge,
    /** In the order given; neighbours of a kind together. */
    deliver: async (items: readonly WireItem[]): Promise<void> => {
      for (const item of items) await (item.type === 'file' ? drop(item) : put([item]));
    },
    untilIdle: async (): Promise<RuntimeStatus> => {
      for (let waited = 0; waited < 60_000; waited += 20) {
        const status = await get<RuntimeStatus>('/api/status');
        if (status.idle) return status;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('not idle after a minute');
    },
    passOf: async (memberId: string): Promise<Pass | null> => {
      const response = await fetch(`${url}/api/passes/${memberId}`);
      if (response.status === 404) return null;
      return ((await response.json()) as { pass: Pass }).pass;
    },
    walletEvents: async (): Promise<readonly WalletEvent['detail'][]> => {
      const details: WalletEvent['detail'][] = [];
      for (let after = 0; ; ) {
        const { items } = await get<{ items: CarriedEvent[] }>(`/api/wallet-events?after=${after}`);
        details.push(...items.map(({ detail }) => detail as WalletEvent['detail']));
        const last = items.at(-1);
        if (last === undefined) return details;
        after = last.sequence;
      }
    },
  };
};

/** Of each member: revisions 1, 2, 3, …; each pass differs from the one before; the last one is the pass. Duplicates are allowed. */
export const publicationFaults = (
  details: readonly WalletEvent['detail'][],
  passes: ReadonlyMap<string, Pass | null>,
): readonly string[] => {
  const faults: string[] = [];
  for (const [memberId, ofMember] of Map.groupBy(details, ({ metadata }) => metadata.memberId)) {
    const revisions = new Map(ofMember.map((detail) => [detail.metadata.revision, JSON.stringify(detail.data.pass)]));
    const numbers = [...revisions.keys()].sort((a, b) => a - b);
    if (numbers.some((revision, index) => revision !== index + 1)) faults.push(`${memberId}: revisions ${numbers}`);
    for (const revision of numbers.slice(1))
      if (revisions.get(revision) === revisions.get(revision - 1))
        faults.push(`${memberId}: nothing new in ${revision}`);
    const latest = revisions.get(numbers.at(-1) ?? 0);
    if (latest !== JSON.stringify(passes.get(memberId)))
      faults.push(`${memberId}: the last published pass is not the pass`);
  }
  for (const [memberId, pass] of passes)
    if (pass?.status === 'active' && !details.some(({ metadata }) => metadata.memberId === memberId))
      faults.push(`${memberId}: never published`);
  return faults;
};
