import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import {
  type AcceptDeletions,
  auditOf,
  failureText,
  flowsThatVouch,
  type Mapping,
  objectOfFlow,
  type ReadFailure,
  type Run,
  type RunRef,
  type RunStore,
  recentRuns,
  stateOfRun,
  totalsOf,
} from '#domain/index.ts';
import { isoTextOrNull } from '../isoText.ts';
import type { PageOf } from './answers/common.ts';
import { AcceptedDeletions, type RunText, RunTexts } from './answers/runs.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { pages, STORE, wholeFrom1 } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type RunApiDeps = {
  readonly runs: Pick<RunStore, 'list' | 'load'>;
  readonly mapping: Mapping;
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
      const listed = await listRuns(deps, after, Math.min(limit, MAX_LISTED));
      return E.isLeft(listed) ? sendProblem(reply, 503, failureText(listed.left)) : listed.right;
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

/** Newest first. */
export const listRuns = async (
  { runs, mapping }: Pick<RunApiDeps, 'runs' | 'mapping'>,
  after: string | null,
  limit: number,
): Promise<E.Either<ReadFailure, PageOf<RunText>>> => {
  const page = await runs.list(null, { cursor: after, limit })();
  if (E.isLeft(page)) return page;
  const found: Run[] = [];
  for (const loaded of await Promise.all(page.right.runs.map(({ ref }) => runs.load(ref)()))) {
    if (E.isLeft(loaded)) return loaded;
    found.push(loaded.right);
  }
  const vouching = await recentRuns(
    runs,
    found.flatMap(({ ref }) => flowsThatVouch(mapping, ref.flow).flat()),
  );
  if (E.isLeft(vouching)) return vouching;
  const known = [...found, ...vouching.right];
  return E.right({ items: found.map((run) => runText(mapping, run, known)), next: page.right.cursor });
};

const runText = (mapping: Mapping, run: Run, known: readonly Run[]): RunText => {
  const { ref, startedAt, end } = run;
  const audit = auditOf(mapping, run, known);
  return {
    ...ref,
    object: objectOfFlow(mapping, ref.flow),
    state: stateOfRun(run),
    startedAt: isoTextOrNull(startedAt),
    endedAt: isoTextOrNull(end?.endedAt ?? null),
    reported: end?.rows ?? null,
    ...totalsOf(run),
    audit: audit === null ? null : Object.entries(audit).map(([field, found]) => ({ field, ...found })),
    error: end?.error ?? null,
  };
};
