import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Live, type Publications, restatementOf } from '#domain/index.ts';
import { traceparentOf } from '../lambda/walletEvent.ts';
import { topology } from '../topology.ts';
import { type BusEntry, inRequests } from './requests.ts';

export type PublicationsDeps = {
  /** Of the wallet bus: what fits into one request. Resolves with the entries that it did not take. */
  readonly putEvents: (entries: readonly BusEntry[]) => Promise<readonly BusEntry[]>;
  readonly pause: (ms: number) => Promise<void>;
  /** What the middleware took in; absent: there is none to be asked. */
  readonly carried?: Publications['revisions'];
};

/** Tries of the entries that the bus did not take. */
const MAX_TRIES = 5;
const PAUSE_MS = 200;

/** The queues before the middleware may hold bulk for so long without anything being wrong (alarm queue-age-relayBulk). */
const MAY_TAKE_MS = 6 * 60 * 60_000;

/** The wallet bus on AWS. It does not say what it carried (its archive can be replayed, and not be read), but the middleware keeps what it took in. */
export const busPublications = (deps: PublicationsDeps): Publications => ({
  revisions: deps.carried ?? (() => TE.right(null)),
  mayTakeMs: MAY_TAKE_MS,
  restate: (lives) => async () => {
    for (const request of inRequests(lives.flatMap(restatementEntryOf), (entry) => entry)) {
      let left: readonly BusEntry[] = request;
      for (let tries = 0; left.length > 0; tries++) {
        if (tries === MAX_TRIES)
          return E.left({ type: 'StoreUnavailable', operation: 'publish', reason: `${left.length} entries not taken` });
        if (tries > 0) await deps.pause(PAUSE_MS * 2 ** tries);
        left = await deps.putEvents(left);
      }
    }
    return E.right(undefined);
  },
});

/** As the publish pipe says it; [] where there is no pass to say. */
export const restatementEntryOf = (live: Live): readonly BusEntry[] => {
  const event = restatementOf(live, traceparentOf(live));
  if (event === null) return [];
  const { source } = topology.pipes.publish.target;
  return [{ source, detailType: event.type, detail: JSON.stringify(event.detail) }];
};
