import * as E from 'fp-ts/lib/Either.js';
import type { Mapping, ReReads } from '#domain/index.ts';
import type { AppFlow } from './appFlow.ts';
import { type AppFlowFailure, appFlowFailureText, isPassing } from './failure.ts';
import { flowsOf } from './flowsOf.ts';

export type AppFlowReReadsDeps = {
  readonly appFlow: Pick<AppFlow, 'start'>;
  readonly mapping: Mapping;
  readonly log: (line: { readonly type: string } & Readonly<Record<string, unknown>>) => void;
};

/**
 * Starts the flows that read an object. One that runs already counts as asked. What a person has to mend first (no flow named, unknown, not allowed) is
 * logged and counts as asked too: otherwise it would keep everything else that is stale from being asked for; it is asked again as any request
 * that made nothing fresh. Fails only where a later try may go well, or nothing can be asked of AWS at all.
 */
export const appFlowReReads = ({ appFlow, mapping, log }: AppFlowReReadsDeps): ReReads => ({
  request:
    (object, { scope, since }) =>
    async () => {
      const asked = { object, scope, since: new Date(since).toISOString() };
      const named = flowsOf(mapping, object);
      if (named.type !== 'all') {
        const reason =
          named.type === 'none'
            ? 'the mapping names no flow of it'
            : `the mapping names several flows and no full load of it: ${named.flows.join(', ')}`;
        log({ type: 'ReReadNotPossible', ...asked, reason });
        return E.right(undefined);
      }
      for (const flow of named.flows) {
        const started = await appFlow.start(flow)();
        if (E.isRight(started)) log({ type: 'ReReadStarted', ...asked, flow, executionId: started.right });
        else if (started.left.type === 'FlowRunning')
          log({ type: 'ReReadRunning', ...asked, flow, executionId: started.left.executionId });
        else if (stopsAll(started.left))
          return E.left({
            type: 'StoreUnavailable',
            operation: `start ${flow}`,
            reason: appFlowFailureText(started.left),
          });
        else log({ type: 'ReReadNotPossible', ...asked, flow, reason: appFlowFailureText(started.left) });
      }
      return E.right(undefined);
    },
});

const stopsAll = (failure: AppFlowFailure): boolean =>
  isPassing(failure) || failure.type === 'NoCredentials' || failure.type === 'NoRegion';
