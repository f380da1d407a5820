import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { awsDeadLetters } from '#adapters/sqs/awsDeadLetters.ts';
import { topology } from '#adapters/topology.ts';
import { run } from '#test/flow/process.ts';
import { type SqsQueues, startSqsQueues } from '#test/support/sqsQueues.ts';

let queues: SqsQueues;
let reconciled: (number | null)[];
let failure: string | null;
beforeEach(async () => {
  queues = await startSqsQueues();
  reconciled = [];
  failure = null;
});
afterEach(() => queues.stop());

const letters = () =>
  awsDeadLetters({
    ...{ sqs: queues.sqs, prefix: 'acme-shop' },
    reconcile: async (since) => {
      reconciled.push(since);
      return failure;
    },
  });
const inLane = (lane: string): string => JSON.stringify({ detail: { metadata: { lane } } });

describe('dead letters on AWS', () => {
  test('of a queue go back to it, all of them, once', async () => {
    for (let number = 1; number <= 25; number++) queues.put('acme-shop-ingestDead', `event ${number}`);
    expect(await letters().redrive('ingestDead')).toEqual({ queue: 'ingestDead', sentBack: 25, left: [] });
    expect(queues.bodies('acme-shop-ingestDead')).toEqual([]);
    expect(new Set(queues.bodies('acme-shop-ingest')).size).toBe(25);
    expect(await letters().redrive('ingestDead')).toEqual({ queue: 'ingestDead', sentBack: 0, left: [] });
  });

  test('of the relay go back to the lane that they came by', async () => {
    for (const body of [inLane('live'), inLane('bulk'), 'no event']) queues.put('acme-shop-relayDead', body);
    await letters().redrive('relayDead');
    expect(queues.bodies('acme-shop-relayLive')).toEqual([inLane('live'), 'no event']);
    expect(queues.bodies('acme-shop-relayBulk')).toEqual([inLane('bulk')]);
  });

  test('of a rule go where the rule sends; those of a schedule stay, and it is said', async () => {
    const attributes = { RULE_ARN: 'arn:aws:events:eu-west-1:1:rule/acme-shop-landedFiles', ERROR_MESSAGE: 'denied' };
    queues.put('acme-shop-undelivered', 'a file', { attributes });
    queues.put('acme-shop-undelivered', 'a round');
    expect(await letters().list()).toMatchObject([
      { queue: 'undelivered', from: 'landedFiles', reason: 'denied' },
      { queue: 'undelivered', from: null, reason: null },
    ]);
    expect(await letters().redrive('undelivered')).toMatchObject({ sentBack: 1, left: [{ id: expect.any(String) }] });
    expect(queues.bodies('acme-shop-files')).toEqual(['a file']);
    expect(queues.bodies('acme-shop-undelivered')).toEqual(['a round']);
  });

  test('what cannot be sent, or was sent by somebody who died before he removed it, is still there', async () => {
    queues.put('acme-shop-partsDead', 'a part');
    queues.refuse('SendMessage');
    expect(await letters().redrive('partsDead')).toMatchObject({
      sentBack: 0,
      left: [{ reason: 'no SendMessage today' }],
    });
    queues.letGo('acme-shop-partsDead');
    queues.refuse('DeleteMessageBatch');
    await expect(letters().redrive('partsDead')).rejects.toThrow('no DeleteMessageBatch today');
    expect(queues.bodies('acme-shop-partsDead')).toEqual(['a part']);
    queues.letGo('acme-shop-partsDead');
    await letters().redrive('partsDead');
    expect(queues.bodies('acme-shop-partsDead')).toEqual([]);
    expect(queues.bodies('acme-shop-parts')).toEqual(['a part', 'a part']);
  });

  test('of pipes are mended from the log, and only then removed', async () => {
    const at = Date.parse('2026-03-01T12:00:00Z');
    for (const sentAt of [at + 1, at]) queues.put('acme-shop-publishDead', '{}', { sentAt });
    queues.put('acme-shop-pokeDead', '{}', { sentAt: at });
    failure = 'the store is away';
    expect(await letters().redrive('publishDead')).toMatchObject({
      sentBack: 0,
      left: [{ reason: failure }, { reason: failure }],
    });
    expect(queues.bodies('acme-shop-publishDead')).toHaveLength(2);
    failure = null;
    expect(await letters().redrive('publishDead')).toMatchObject({ sentBack: 2, left: [] });
    expect(await letters().redrive('pokeDead')).toMatchObject({ sentBack: 1, left: [] });
    const since = at - topology.pipes.publish.source.maximumRecordAgeSeconds * 1_000;
    expect(reconciled).toEqual([since, since, null]);
    expect([...queues.bodies('acme-shop-publishDead'), ...queues.bodies('acme-shop-pokeDead')]).toEqual([]);
    expect(await letters().redrive('pokeDead')).toMatchObject({ sentBack: 0 });
    expect(reconciled).toHaveLength(3);
  });

  test('of announcements nothing takes care, and they stay', async () => {
    queues.put('acme-shop-announceDead', '{}');
    expect(await letters().redrive('announceDead')).toMatchObject({ sentBack: 0, left: [{ id: expect.any(String) }] });
    expect(reconciled).toEqual([]);
    expect(await letters().list()).toMatchObject([{ queue: 'announceDead', from: 'announce' }]);
  });

  test('the command line lists them and sends them back', async () => {
    queues.put('acme-shop-ingestDead', 'secret');
    const account = { AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    const environment = { ...account, AWS_ENDPOINT_URL_SQS: queues.endpoint };
    const cli = (...args: readonly string[]) =>
      run(
        process.execPath,
        ['adapters/cli/main.ts', 'dead-letters', ...args, '--aws', '--prefix', 'acme-shop'],
        environment,
      ).ended;
    const listed = await cli();
    expect(listed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ingestDead {2}\S+\n {2}ingest gave it up/),
    });
    expect(listed.stdout).not.toContain('secret');
    expect(await cli('redrive', '--queue', 'ingestDead')).toMatchObject({
      code: 0,
      stdout: 'ingestDead: 1 sent back\n',
    });
    expect(await cli('redrive', '--queue', 'ingest')).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('No dead-letter queue is called ingest') },
    });
  });
});
