import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, test } from 'vitest';
import type { QueueBatchResponse } from '#adapters/lambda/ingest.ts';
import { type LoadPartDeps, loadPartHandler } from '#adapters/lambda/loadPart.ts';
import { s3Objects } from '#adapters/s3/objects.ts';
import { s3RowIds } from '#adapters/s3/rowIds.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { forkSeed, type Random, seededRandom } from '#adapters/sample/random.ts';
import { loadFile } from '#adapters/source/loadFile.ts';
import { recordKey, type SourceRecord, type StreamName, stateOfRun } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';
import { freshStores, type TestStores } from '#test/support/dynamodbStores.ts';
import { shuffled } from '#test/support/faultyIngest.ts';
import {
  allDone,
  createdEvent,
  keyOf,
  type Landing,
  orderLine,
  REF,
  STARTED_AT,
  startLanding,
} from '#test/support/landing.ts';

const started: Landing[] = [];
const start = async (partBytes: number): Promise<Landing> => {
  const landing = await startLanding({ partBytes });
  landing.appFlowKnows(STARTED_AT);
  started.push(landing);
  return landing;
};
afterEach(async () => {
  for (const landing of started.splice(0)) await landing.stop();
});

const ROWS = 300;
const BAD = 7;
const lines = Array.from({ length: ROWS }, (_, index) =>
  index === BAD ? '{"Id":"é"}' : orderLine(index + 1, index % 50 === 0 ? { Description: 'ß'.repeat(6_000) } : {}),
);
const bytes = Buffer.from(`\ufeff${lines.join('\r\n')}`);
const FILE = '2026 part+1';
const NAME = `${REF.flow}/${REF.executionId}/${FILE}`;

type Outcome = {
  readonly records: readonly unknown[];
  readonly events: readonly unknown[];
  readonly aside: readonly unknown[];
};

/** What the stores hold: records but for how often they were written, events but for how they share commits. */
const outcomeOf = async ({ records, events, quarantine }: TestStores): Promise<Outcome> => {
  const page = await got(records.scanObject('Order', { segment: 0, segments: 1, cursor: null, limit: 10_000 }));
  const streams = [1, 2, 3].map((owner): StreamName => `member-${salesforceId('Contact', owner)}`);
  const commits = (await Promise.all(streams.map((stream) => got(events.load(stream))))).flat();
  const byText = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
  return {
    records: byText(
      page.records.map(({ ref, registers, ...others }: SourceRecord & { registers?: unknown }) => [
        recordKey(ref),
        registers,
        others,
      ]),
    ),
    events: byText(commits.flatMap(({ stream, events: told }) => told.map((event) => [stream, event]))),
    aside: byText((await got(quarantine.list(null, 100))).items),
  };
};

/** The same bytes through the inbox's loader, from the first to the last. */
const loadedWhole = async ({ mapping }: Landing): Promise<Outcome> => {
  const clock = () => Date.UTC(2026, 10, 22);
  const stores = await freshStores(clock);
  const folder = await mkdtemp(join(tmpdir(), 'billfold-whole-'));
  try {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    const extraction = { at: STARTED_AT, known: true };
    await loadFile({ ...stores, mapping, clock, pause: async () => {} })({
      path,
      name: NAME,
      object: 'Order',
      extraction,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
  return outcomeOf(stores);
};

/** A worker that dies at its n-th look at the store: whatever it does after that reaches nobody. */
const dyingWorker = ({ stores, mapping, s3 }: Landing, lastCall: number) => {
  let calls = 0;
  const mortal =
    <A extends readonly unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      calls += 1;
      if (calls > lastCall) throw new Error('killed');
      return call(...args);
    };
  const deps: LoadPartDeps = {
    ...{ mapping, clock: () => Date.UTC(2026, 10, 22), events: stores.events, pause: async () => {} },
    keys: stores.keys,
    records: {
      load: mortal(stores.records.load),
      loadChanged: mortal(stores.records.loadChanged),
      commit: mortal(stores.records.commit),
    },
    quarantine: { put: mortal(stores.quarantine.put) },
    runs: { open: stores.runs.open, record: mortal(stores.runs.record) },
    objects: s3Objects({ ...s3, pause: async () => {} }),
    ...{ onLoaded: () => undefined, onReplaced: () => undefined, onFailure: () => undefined },
  };
  return (body: string): Promise<QueueBatchResponse> =>
    loadPartHandler(deps)({ Records: [{ messageId: 'm', body }] }, () => 900_000);
};

const endReported = (landing: Landing, rows: number) =>
  got(
    landing.stores.runs.record(REF, {
      type: 'EndReported',
      startedAt: STARTED_AT,
      end: { endedAt: STARTED_AT + 60_000, isSuccessful: true, rows, failures: 0, error: null },
    }),
  );

/** Parts in any order, some of them twice, some by workers that die on the way; how the run stood before each that was the last one missing. */
const loadInAnyOrder = async (landing: Landing, parts: readonly string[], random: Random): Promise<void> => {
  const missing = new Set(parts);
  for (const part of shuffled([...parts, ...parts.filter(() => random.chance(0.4))], random)) {
    expect(stateOfRun(await landing.run())).toBe(missing.size === 0 ? 'complete' : 'open');
    if (random.chance(0.4)) {
      const response = await dyingWorker(landing, random.int(0, 3))(part);
      if (response.batchItemFailures.length === 0) missing.delete(part);
      continue;
    }
    expect(await landing.load([part])).toEqual([allDone]);
    missing.delete(part);
  }
  expect(await landing.load([...missing])).toEqual([...missing].map(() => allDone));
};

describe('a file in parts', () => {
  test.each([1, 2, 3])(
    'means what it means whole, in whatever order they come, again, and from workers that die (%d)',
    { timeout: 120_000 },
    async (seed) => {
      const random = seededRandom(forkSeed(seed, 'parts'));
      const landing = await start(random.int(2_000, 15_000));
      landing.s3.put(keyOf(FILE), bytes);
      expect(await landing.split(createdEvent(keyOf(FILE)), createdEvent(keyOf(FILE)))).toEqual(allDone);
      await endReported(landing, ROWS);
      const parts = [...new Set(landing.sqs.taken)];
      expect(parts.length).toBeGreaterThan(7);
      expect(landing.sqs.taken).toHaveLength(2 * parts.length);

      await loadInAnyOrder(landing, parts, random);
      expect(stateOfRun(await landing.run())).toBe('complete');
      const whole = await loadedWhole(landing);
      expect(whole.records).toHaveLength(ROWS - 1);
      expect(whole.events).toHaveLength(ROWS - 1);
      expect(whole.aside).toHaveLength(1);
      expect(await outcomeOf(landing.stores)).toEqual(whole);
    },
  );

  test('gives the ids of its rows again, and says so where it is not what was loaded', {
    timeout: 60_000,
  }, async () => {
    const landing = await start(5_000);
    const sound = Buffer.from(lines.filter((_, index) => index !== BAD).join('\n'));
    landing.s3.put(keyOf(FILE), sound);
    await landing.split(createdEvent(keyOf(FILE)));
    await landing.load(landing.sqs.taken);
    const ids: string[] = [];
    const rowIds = s3RowIds({ ...landing.s3, pause: async () => {} });
    const read = () => rowIds([{ ...run }], (id) => void ids.push(id))();
    const run = await landing.run();
    expect(await read()).toEqual(E.right(undefined));
    const all = Array.from({ length: ROWS }, (_, index) => salesforceId('Order', index + 1));
    expect(ids).toHaveLength(ROWS - 1);
    expect(new Set(ids)).toEqual(new Set(all.filter((_, index) => index !== BAD)));

    landing.s3.onGet(...Array.from({ length: 9 }, () => ({ error: 'AccessDenied', status: 403 })));
    expect(await read()).toMatchObject(E.left({ type: 'StoreUnavailable' }));
    landing.s3.onGet();
    landing.s3.put(keyOf(FILE), Buffer.alloc(sound.length, '\n'));
    expect(await read()).toEqual(
      E.left({ type: 'FilesUnreadable', reason: expect.stringMatching(/expected \d+ rows, found 0/) }),
    );
    landing.s3.put(keyOf(FILE), sound.subarray(0, sound.length / 2));
    expect(await read()).toEqual(
      E.left({
        type: 'FilesUnreadable',
        reason: expect.stringMatching(/expected \d+ rows, found|no such object|overwritten/),
      }),
    );
    landing.s3.remove(keyOf(FILE));
    expect(await read()).toEqual(
      E.left({ type: 'FilesUnreadable', reason: expect.stringMatching(/there is no such object/) }),
    );
  });
});
