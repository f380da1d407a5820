import type { ItemImage } from '../dynamodb/item.ts';

/**
 * A DynamoDB stream record as Lambda and Pipes hand it over, as far as it is read. Binary attributes are base64 text: whoever reads an image takes them
 * so (bytesIn in adapters/dynamodb/item.ts).
 */
export type StreamRecord = {
  readonly eventID: string;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime?: number;
    readonly NewImage?: ItemImage;
  };
};

/** Names the records that failed: they, and what follows them, are delivered again. */
export type StreamBatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/** By eventID, as a pipe wants it (EventBridge guide, "Pipes batching and concurrency", partial batch failure; read 2026-11-22). A Lambda mapping would want the sequence number. */
export const failures = (records: Iterable<StreamRecord>): StreamBatchResponse => ({
  batchItemFailures: [...records].map(({ eventID }) => ({ itemIdentifier: eventID })),
});
