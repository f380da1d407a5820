import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DestinationText } from '../middleware/destinationText.ts';
import type { FlowDeps } from './flow.ts';

const PATIENCE_MS = 2_000;

/** As the middleware tells of them. */
export const destinationsAt =
  (url: string): FlowDeps['destinations'] =>
  async () => {
    try {
      const response = await fetch(`${url}/api/destinations`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!response.ok) return null;
      const { items } = (await response.json()) as { readonly items: readonly DestinationText[] };
      return items;
    } catch {
      return null;
    }
  };

/** About how many items a table has; null: the store does not tell. */
export const sizeOf =
  ({ dynamodb }: { readonly dynamodb: DynamoDBClient }, TableName: string): FlowDeps['passes'] =>
  async () => {
    try {
      return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table?.ItemCount ?? null;
    } catch {
      return null;
    }
  };
