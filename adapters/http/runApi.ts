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
import { wholeNumber } from './memberApi.ts';
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
    server.get<{ Querystring: { after?: string; limit?: string } }>('/api/runs', async (request, reply) => {
      const limit = wholeNumber(request.query.limit, 50);
      const { after = null } = request.query;
      if (limit === null || limit < 1 || (after !== null && typeof after !== 'string'))
        return sendProblem(reply, 400, 'limit: expected a whole number above 0; after: expected one cursor');
      const page = await deps.runs.list(null, { cursor: after, limit: Math.min(limit, MAX_LISTED) })();
      if (E.isLeft(page)) return sendProblem(reply, 503, failureText(page.left));
      const items = [];
      for (const loaded of await Promise.all(page.right.runs.map(({ ref }) => deps.runs.load(ref)()))) {
        if (E.isLeft(loaded)) return sendProblem(reply, 503, failureText(loaded.left));
        items.push(runText(deps, loaded.right));
      }
      return { items, next: page.right.cursor };
    });

    server.post<{ Params: { flow: string; executionId: string } }>(
      '/api/runs/:flow/:executionId/accept-deletions',
      async (request, reply) => {
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
      },
    );
  };

const runText = ({ mapping }: RunApiDeps, run: Run) => {
  const { ref, startedAt, end } = run;
  return {
    ...ref,
    object: objectOfFlow(mapping, ref.flow),
    state: stateOfRun(run),
    startedAt: instantText(startedAt),
    endedAt: instantText(end?.endedAt ?? null),
    reported: end?.rows ?? null,
    ...totalsOf(run),
    error: end?.error ?? null,
  };
};

const instantText = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
