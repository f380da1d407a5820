import { openStream, type StreamRecord } from '#adapters/local/streamPort.ts';
import type { TestDynamoDb } from './dynamodb.ts';

/** What a table's stream carried so far. */
export const carried = async (database: TestDynamoDb, table: string): Promise<readonly StreamRecord[]> => {
  const stream = await openStream(database, table);
  const records: StreamRecord[] = [];
  for (const { shardId } of await stream.shards()) {
    const opened = await stream.iterator(shardId, { type: 'trimHorizon' });
    for (let next = opened.type === 'iterator' ? opened.iterator : null; next !== null; ) {
      const page = await stream.records(next, 1_000);
      if (page.type !== 'records') break;
      records.push(...page.records);
      next = page.records.length === 0 ? null : page.next;
    }
  }
  return records;
};
