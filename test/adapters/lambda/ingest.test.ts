import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { ingestHandler } from '#adapters/lambda/ingest.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import { ingesting, mergedIn } from '#test/support/ingesting.ts';

const CANARY = 'Zx9-canary';
const id = (serial: number): string => salesforceId('Order', serial);

const header = (serial: number, more: object = {}) => ({
  ...{ entityName: 'Order', recordIds: [id(serial)], changeType: 'UPDATE', commitTimestamp: 1_793_613_600_000 },
  ...{ commitNumber: 1, sequenceNumber: 1, changedFields: ['Status'], ...more },
});
const eventOf = (serial: number, more: object = {}): string =>
  JSON.stringify({ id: `event-${serial}`, detail: { ChangeEventHeader: header(serial, more), Status: 'Draft' } });

const handled = async (...bodies: readonly string[]) => {
  const { deps, memory } = ingesting();
  const Records = bodies.map((body, index) => ({ messageId: `message-${index}`, body }));
  const response = await ingestHandler(deps)({ Records });
  return { response, merged: mergedIn(memory), aside: [...memory.quarantine.values()] };
};

describe('a message', () => {
  test.each<readonly [string, string, string]>([
    ['is no JSON', `{"${CANARY}`, 'message'],
    ['is no object', '[]', 'message'],
    ['is empty', '', 'message'],
    ['is nested too deep', `${'['.repeat(200_000)}1652977933433528300${']'.repeat(200_000)}`, 'message'],
    ['has no detail', '{"id":"event-9"}', 'detail.ChangeEventHeader'],
    ['has no header', JSON.stringify({ id: 'event-9', detail: { Status: CANARY } }), 'detail.ChangeEventHeader'],
    ['is of an unknown object', eventOf(9, { entityName: CANARY }), 'detail.ChangeEventHeader.entityName'],
    ['is of no object at all', eventOf(9, { entityName: 'constructor' }), 'detail.ChangeEventHeader.entityName'],
    ['names no id', eventOf(9, { recordIds: [CANARY] }), 'detail.ChangeEventHeader.recordIds.0'],
    ['has a bitmap', eventOf(9, { changedFields: ['0x400800'] }), 'detail.ChangeEventHeader.changedFields.0'],
    [
      'has a number that is no text',
      eventOf(9, { commitNumber: { toString: 1 } }),
      'detail.ChangeEventHeader.commitNumber',
    ],
  ])(
    'that %s is kept aside with its text, and is not delivered again; those around it are merged',
    async (_, body, path) => {
      const { response, merged, aside } = await handled(eventOf(1), body, eventOf(2));
      expect(response).toEqual({ batchItemFailures: [] });
      expect(merged).toEqual(new Set([id(1), id(2)]));
      expect(aside).toMatchObject([{ type: 'input', path, content: body }]);
      const [{ content: _content, ...told }] = aside as [(typeof aside)[number]];
      expect(JSON.stringify(told)).not.toContain(CANARY);
    },
  );

  test('of which one id cannot be read is merged for the others, and kept aside', async () => {
    const { merged, aside } = await handled(eventOf(1, { recordIds: [id(1), CANARY, id(2)] }));
    expect(merged).toEqual(new Set([id(1), id(2)]));
    expect(aside).toHaveLength(1);
  });

  test('delivered twice stands aside once', async () => {
    const { deps, memory } = ingesting();
    const Records = [{ messageId: 'message-0', body: eventOf(1, { recordIds: [CANARY] }) }];
    await ingestHandler(deps)({ Records });
    await ingestHandler(deps)({ Records });
    expect(memory.quarantine.size).toBe(1);
  });

  test('is delivered again, alone, while what it says cannot be stored', async () => {
    const { deps } = ingesting();
    const unavailable = { type: 'StoreUnavailable', operation: 'load', reason: 'throttled' } as const;
    const failing = { ...deps, records: { ...deps.records, load: () => async () => E.left(unavailable) } };
    const Records = [eventOf(1), '[]'].map((body, index) => ({ messageId: `message-${index}`, body }));
    expect(await ingestHandler(failing)({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  });

  test('is delivered again while it cannot be kept aside', async () => {
    const { deps } = ingesting();
    const unavailable = { type: 'StoreUnavailable', operation: 'put', reason: 'throttled' } as const;
    const failing = { ...deps, quarantine: { put: () => async () => E.left(unavailable) } };
    const Records = [eventOf(1), '[]'].map((body, index) => ({ messageId: `message-${index}`, body }));
    expect(await ingestHandler(failing)({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
  });
});
