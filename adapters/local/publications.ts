import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Publications, StoreUnavailable } from '#domain/index.ts';
import { restatementEntryOf } from '../eventbridge/publications.ts';
import { readEvents } from '../http/busEventApi.ts';
import type { LocalBuses } from './bus.ts';
import { reasonOf } from './functions.ts';

const PAGE = 1_000;
/** PutEvents takes ten entries (EventBridge API reference). */
const MAX_ENTRIES = 10;

/** The local wallet bus keeps what it carried, so it can be asked. What was read once is remembered: a number for each member. */
export const localPublications = ({
  buses,
}: {
  readonly buses: Pick<LocalBuses, 'read' | 'putEvents'>;
}): Publications => {
  const revisions = new Map<string, number>();
  let place = 0;

  return {
    revisions: () =>
      TE.tryCatch(
        async () => {
          for (;;) {
            const events = await readEvents({ buses }, 'wallet', place, PAGE);
            for (const { sequence, detail } of events) {
              place = sequence;
              const { memberId, revision } = metadataOf(detail);
              if (revision > (revisions.get(memberId) ?? 0)) revisions.set(memberId, revision);
            }
            if (events.length < PAGE) return revisions;
          }
        },
        (error): StoreUnavailable => ({
          type: 'StoreUnavailable',
          operation: 'read the wallet bus',
          reason: reasonOf(error),
        }),
      ),

    restate: (lives) => async () => {
      const entries = lives
        .flatMap(restatementEntryOf)
        .map(({ source, detailType, detail }) => ({ Source: source, DetailType: detailType, Detail: detail }));
      for (let at = 0; at < entries.length; at += MAX_ENTRIES) {
        const put = await buses.putEvents('wallet', entries.slice(at, at + MAX_ENTRIES))();
        const isTaken = E.isRight(put) && put.right.every(({ type }) => type === 'accepted');
        if (!isTaken)
          return E.left({ type: 'StoreUnavailable', operation: 'publish', reason: 'the bus took no entry' });
      }
      return E.right(undefined);
    },
  };
};

/** Anybody may put entries on a bus: what is none of ours counts for nothing. */
const metadataOf = (detail: unknown): { readonly memberId: string; readonly revision: number } => {
  const none = { memberId: '', revision: 0 };
  if (typeof detail !== 'object' || detail === null || !('metadata' in detail)) return none;
  const { metadata } = detail;
  if (typeof metadata !== 'object' || metadata === null || !('memberId' in metadata) || !('revision' in metadata))
    return none;
  const { memberId, revision } = metadata;
  return typeof memberId === 'string' && typeof revision === 'number' ? { memberId, revision } : none;
};
