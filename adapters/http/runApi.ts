import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  type AcceptDeletions,
  failureText,
  type Mapping,
  objectOfFlow,
  type ReadFailure,
  type Run,
  type RunRef,
  type RunStore,
  stateOfRun,
  totalsOf,
} from '#domain/index.ts';
import { isoTextOrNull } from '../isoText.ts';
import { AcceptedDeletions, type RunText, RunTexts } from './answers/runs.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { pages, STORE, wholeFrom1 } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type RunApiDeps = {
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly mapping: Pick<Mapping, 'flows'>;
  readonly acceptDeletions: (ref: RunRef) => TaskEither<ReadFailure, AcceptDeletions>;
};

const MAX_LISTED = 200;

/** The run ledger, and a person's word on what a full load left out. */
export const runApi =
  (deps: RunApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/runs', LIST_RUNS, async (request, reply) => {
      const limit = wholeNumber(request.query.limit, 50);
      const { after = null } = request.query;
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number above 0');
      const page = await deps.runs.list(null, { cursor: after, limit: Math.min(limit, MAX_LISTED) })();
      if (E.isLeft(page)) return sendProblem(reply, 503, failureText(page.left));
      const items: RunText[] = [];
      for (const loaded of await Promise.all(page.right.runs.map(({ ref }) => deps.runs.load(ref)()))) {
        if (E.isLeft(loaded)) return sendProblem(reply, 503, failureText(loaded.left));
        items.push(runText(deps, loaded.right));
      }
      return { items, next: page.right.cursor };
    });

    route(server, 'POST', '/api/runs/:flow/:executionId/accept-deletions', ACCEPT_DELETIONS, async (request, reply) => {
      const { flow, executionId } = request.params;
      const said = await deps.acceptDeletions({ flow, executionId })();
      if (E.isLeft(said)) return sendProblem(reply, 503, failureText(said.left));
      if (said.right === 'Accepted') return reply.code(202).send({ flow, executionId, accepted: true });
      return sendProblem(
        reply,
        409,
        'No deletions of this run are held',
        'Only those of the latest complete full load of an object can be; GET /api/status lists them under upkeep.absences.',
      );
    });
  };

const LIST_RUNS = operation({
  id: 'listRuns',
  tag: 'runs',
  summary: 'flow runs, newest first: open, complete, disagreeing, failed',
  query: {
    ...pages(MAX_LISTED),
    limit: wholeFrom1(`How many at most; 50 where it is not said, never more than ${MAX_LISTED}`),
  },
  answers: { 200: RunTexts },
  refusals: { 503: STORE },
});

const ACCEPT_DELETIONS = operation({
  id: 'acceptDeletions',
  tag: 'runs',
  summary: 'the records that this full load left out are gone indeed',
  params: { flow: 'As the list says', executionId: 'As the list says' },
  answers: { 202: AcceptedDeletions },
  refusals: { 409: 'No deletions of this run are held', 503: STORE },
});

const runText = ({ mapping }: RunApiDeps, run: Run): RunText => {
  const { ref, startedAt, end } = run;
  return {
    ...ref,
    object: objectOfFlow(mapping, ref.flow),
    state: stateOfRun(run),
    startedAt: isoTextOrNull(startedAt),
    endedAt: isoTextOrNull(end?.endedAt ?? null),
    reported: end?.rows ?? null,
    ...totalsOf(run),
    error: end?.error ?? null,
  };
};
