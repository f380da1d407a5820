import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { expect, test } from 'vitest';
import { commitItems } from '#adapters/dynamodb/eventItem.ts';
import type { Item } from '#adapters/dynamodb/item.ts';
import { dynamoDbJobStore } from '#adapters/dynamodb/jobStore.ts';
import { localJobs } from '#adapters/local/jobs.ts';
import { commitOf, emptyHead, emptyProjectCache, type JobRequest, memberStream } from '#domain/index.ts';
import { appendOf, at, bought, enrolled, got } from '#test/contract/given.ts';
import { freshStores } from '#test/support/dynamodbStores.ts';
import { idOf, replayOf, verifyAll, withTier3 } from '#test/support/rebuilding.ts';

/** Forty members whose events nobody folded, and the jobs over their tables. */
const open = async () => {
  const stores = await freshStores(() => at);
  for (let member = 1; member <= 40; member++)
    await got(stores.events.append(appendOf([enrolled('Ada'), bought('801')], emptyHead(memberStream(idOf(member))))));
  const jobs = localJobs({
    ...stores,
    ...{ jobs: dynamoDbJobStore(stores.database), registry: withTier3, cache: emptyProjectCache() },
    ...{ clock: () => at, timeZone: 'UTC', log: () => undefined, pause: () => Promise.resolve() },
    publications: { revisions: () => TE.right(null), restate: () => TE.right(undefined) },
  });
  const run = async (request: JobRequest) => {
    const started = await jobs.start(request);
    if (E.isLeft(started)) throw new Error(JSON.stringify(started.left));
    for (;;) {
      const report = await jobs.report(started.right.id);
      if (E.isLeft(report) || report.right === null) throw new Error('expected a report');
      if (report.right.state !== 'running') return report.right;
    }
  };
  return { stores, run };
};

const itemOf = (change: (item: Item) => Item): Item => {
  const [item] = commitItems(commitOf(appendOf([bought('801')], emptyHead(memberStream(idOf(41))))), null);
  if (item === undefined) throw new Error('expected an item');
  return change(item);
};

test.each<[string, Item, string]>([
  [
    'an event of an unknown type',
    itemOf((item) => ({ ...item, e: { S: '["e-1",{"type":"MemberPromoted","to":"CANARY"}]' } })),
    'event 0: type: expected a known event type',
  ],
  ['a newer format', itemOf((item) => ({ ...item, f: { N: '99' } })), 'or older'],
  [
    'an event that lacks something',
    itemOf((item) => ({ ...item, e: { S: '["e-1",{"type":"PurchaseRecorded","purchaseId":"CANARY"}]' } })),
    'event 0: current: expected',
  ],
  ['no JSON', itemOf((item) => ({ ...item, e: { S: 'CANARY' } })), 'events: expected a JSON list'],
])(
  'a job that meets %s fails, says where and what was expected, and changes nothing there',
  async (_, item, expected) => {
    const { stores, run } = await open();
    const { dynamodb, tableName } = stores.database;
    await dynamodb.send(new PutItemCommand({ TableName: tableName('events'), Item: item }));
    for (const request of [replayOf(), verifyAll]) {
      const { state, failure } = await run(request);
      expect({ state, failure }).toEqual({
        state: 'failed',
        failure: expect.stringContaining(`${memberStream(idOf(41))}@1`),
      });
      expect(failure).toContain(expected);
      expect(failure).not.toContain('CANARY');
    }
    expect(await got(stores.views.load(idOf(41)))).toMatchObject({ ver: 0 });
  },
);

test('a job over DynamoDB ends with what a page at a time gave, in segments side by side', async () => {
  const { stores, run } = await open();
  const replay = await run({ ...replayOf(), segments: 3 } as JobRequest);
  expect(replay).toMatchObject({ state: 'done', walked: 40, tally: { counts: { members: 40, rebuilt: 40 } } });
  expect(await got(stores.views.load(idOf(7)))).toMatchObject({ asOf: 2, revision: 1 });
  expect(await run(verifyAll)).toMatchObject({ state: 'done', tally: { counts: { members: 40, drifted: 0 } } });
});
