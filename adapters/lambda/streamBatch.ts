import type { ItemImage } from '../dynamodb/item.ts';

/** A DynamoDB stream record as Lambda and Pipes hand it over, as far as it is read. */
export type StreamRecord = {
  readonly dynamodb: { readonly SequenceNumber: string; readonly NewImage?: ItemImage };
};

/** Names the records that failed: they, and what follows them, are delivered again. */
export type StreamBatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

export const failures = (records: Iterable<StreamRecord>): StreamBatchResponse => ({
  batchItemFailures: [...records].map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
});
