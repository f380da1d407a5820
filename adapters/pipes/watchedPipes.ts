import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribePipeCommand, type PipesClient } from '@aws-sdk/client-pipes';
import type { WatchedPipe } from '../lambda/watch.ts';
import { physicalName, type TableName, topology } from '../topology.ts';

export type WatchedPipesDeps = {
  readonly pipes: Pick<PipesClient, 'send'>;
  readonly dynamodb: Pick<DynamoDBClient, 'send'>;
  readonly prefix: string;
  readonly tableName: (table: TableName) => string;
};

/**
 * The deployed pipes, compared with the streams that their tables write to now. A stream that was switched off and on again is another one, and its pipe goes on
 * waiting at the old (EventBridge guide, "DynamoDB stream as a source", read November 2026). A pipe that is not there does not run.
 */
export const watchedPipes = ({ pipes, dynamodb, prefix, tableName }: WatchedPipesDeps) => {
  const look = async ([name, { source }]: [
    string,
    { readonly source: { readonly table: TableName } },
  ]): Promise<WatchedPipe> => {
    const [pipe, table] = await Promise.all([
      pipes.send(new DescribePipeCommand({ Name: physicalName(prefix, name) })).catch(unlessGone),
      dynamodb.send(new DescribeTableCommand({ TableName: tableName(source.table) })),
    ]);
    const isRunning = pipe?.CurrentState === 'RUNNING';
    return { name, isRunning, isOrphaned: pipe !== null && pipe.Source !== table.Table?.LatestStreamArn };
  };
  return (): Promise<readonly WatchedPipe[]> => Promise.all(Object.entries(topology.pipes).map(look));
};

const unlessGone = (error: unknown): null => {
  if (error instanceof Error && error.name === 'NotFoundException') return null;
  throw error;
};
