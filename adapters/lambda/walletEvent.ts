import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { failureText, type Live, type ReadFailure, type WalletEvent, walletEventOf } from '#domain/index.ts';
import type { ItemImage } from '../dynamodb/item.ts';
import type { StreamRecord } from './streamBatch.ts';

export type WalletEventDeps = {
  readonly readLive: (image: ItemImage) => TE.TaskEither<ReadFailure, Live>;
};

/**
 * What a pipe's bus target takes: the detail, and the detail-type to publish it under. eventID is the record's: where the bus takes some entries and refuses
 * others, the pipe tells by it which records to deliver again (EventBridge guide, "Pipes batching and concurrency", partial batch failure; read 2026-11-22).
 */
export type Enriched = {
  readonly eventID: string;
  readonly detailType: WalletEvent['type'];
  readonly detail: WalletEvent['detail'];
};

/** Enrichment of the publish pipe: LIVE items whose pass changed become wallet events. Throws where an item cannot be read, so that the pipe tries again. */
export const walletEventHandler =
  ({ readLive }: WalletEventDeps) =>
  async (records: readonly StreamRecord[]): Promise<readonly Enriched[]> => {
    const enriched: Enriched[] = [];
    for (const { eventID, dynamodb } of records) {
      if (dynamodb.NewImage === undefined) continue;
      const live = await readLive(dynamodb.NewImage)();
      if (E.isLeft(live)) throw new Error(failureText(live.left));
      const event = walletEventOf(live.right, traceparentOf(live.right));
      if (event !== null) enriched.push({ eventID, detailType: event.type, detail: event.detail });
    }
    return enriched;
  };

/** W3C Trace Context, made from what identifies the change: published again, it is the same trace. */
export const traceparentOf = ({ memberId, revision }: Live): string => {
  const digest = createHash('sha256').update(`${memberId}.${revision}`).digest('hex');
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01`;
};
