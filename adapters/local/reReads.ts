import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ReReads } from '#domain/index.ts';
import type { Log } from './functions.ts';

/** A laptop has no flow to start: the request is logged, stands in the status, and whoever reads it drops the files into the inbox. */
export const localReReads = ({ log }: { readonly log: Log }): ReReads => ({
  request: (object, { scope, since }) =>
    TE.fromIO(() => log({ type: 'ReReadRequested', object, scope, since: new Date(since).toISOString() })),
});
