import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import type { Part } from './lookAtPart.ts';
import { LOOKED_AT } from './scanned.ts';

/** So much is read in a minute or two, well within the time of one invocation: a part is begun anew when it was broken off. */
const PART_BYTES = 256 * 2 ** 20;
/** What one execution of Step Functions holds of parts, their answers and its history (quotas: 256 KB, 25,000 events). */
const MOST_PARTS_OF_A_TABLE = 100;

/** All that is looked at, in parts that one worker reads at a time. */
export const partsOf = async ({ dynamodb, tableName }: DynamoDbTables): Promise<readonly Part[]> => {
  const ofTables = LOOKED_AT.map(async (table): Promise<readonly Part[]> => {
    // DynamoDB measures about every six hours (DescribeTable, API reference).
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tableName(table) }));
    const wanted = Math.ceil((Table?.TableSizeBytes ?? 0) / PART_BYTES);
    const of = Math.min(Math.max(1, wanted), MOST_PARTS_OF_A_TABLE);
    return Array.from({ length: of }, (_, segment) => ({ table, segment, of }));
  });
  return [...(await Promise.all(ofTables)).flat(), { table: 'quarantine' }];
};
