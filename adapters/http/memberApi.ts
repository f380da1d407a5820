import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import {
  type EpochMs,
  type EventStore,
  failureText,
  type Live,
  memberAsOf,
  memberStream,
  type Parked,
  ProjectionThrew,
  type ReadFailure,
  readInstant,
  restatementOf,
  type StaleEntry,
  type StaleStore,
  salesforceId,
  type TravelDeps,
  type TravelTo,
  type ViewStore,
  type Views,
} from '#domain/index.ts';
import { traceparentOf } from '../lambda/walletEvent.ts';
import { envelopeHeader } from '../local/busEntry.ts';
import { topology } from '../topology.ts';
import { MemberNow, MemberThen, RecordedEvents } from './answers/member.ts';
import { CurrentPass, WalletEnvelopes } from './answers/passes.ts';
import type { StaleText } from './answers/upkeep.ts';
import { operation, route } from './operation.ts';
import { AT, MEMBER_ID, pages, STORE, wholeFrom1 } from './parameters.ts';
import { parkedText } from './parkedText.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type MemberApiDeps = TravelDeps & {
  readonly events: Pick<EventStore, 'load'>;
  readonly views: Pick<ViewStore, 'load' | 'scan'>;
  readonly stale: Pick<StaleStore, 'ofMember'>;
  /** What of the live projections is parked for a member. */
  readonly parkedOf: (memberId: string) => TaskEither<ReadFailure, readonly Parked[]>;
  /** The views of a member now, as its pass was last evaluated. */
  readonly viewsOf: (live: Live) => Promise<Views>;
};

const WALLET_SOURCE = topology.pipes.publish.target.source;

/** Looked at in one request; a page may hold fewer, as members without a pass are passed over. */
const MAX_PASSES = 500;

/** What is known of one member: now, then, and event by event. */
export const memberApi =
  (deps: MemberApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/members/:id', GET_MEMBER, async (request, reply) => {
      const memberId = idOf(request.params.id);
      const { at } = request.query;
      if (at !== undefined) return travel(deps, reply, memberId, at);
      const loaded = await deps.views.load(memberId)();
      if (E.isLeft(loaded)) return sendProblem(reply, 503, failureText(loaded.left));
      const live = loaded.right;
      const parked = await deps.parkedOf(memberId)();
      if (E.isLeft(parked)) return sendProblem(reply, 503, failureText(parked.left));
      if (live.asOf === 0) return unknownMember(reply, memberId, parked.right);
      const stale = await deps.stale.ofMember(memberId)();
      if (E.isLeft(stale)) return sendProblem(reply, 503, failureText(stale.left));
      return {
        memberId,
        version: live.asOf,
        state: live.pass?.status ?? 'provisional',
        evaluatedAt: new Date(live.evaluatedAt).toISOString(),
        views: await deps.viewsOf(live),
        pass: live.pass,
        revision: live.revision,
        stale: stale.right.map(staleText),
        parked: parked.right.map(parkedText),
      };
    });

    route(server, 'GET', '/api/members/:id/events', LIST_EVENTS, async (request, reply) => {
      const memberId = idOf(request.params.id);
      const after = wholeNumber(request.query.after, 0);
      const limit = wholeNumber(request.query.limit, 10_000);
      if (after === null || limit === null || limit < 1)
        return sendProblem(reply, 400, 'after and limit: expected whole numbers');
      const loaded = await deps.events.load(memberStream(memberId), { from: after + 1, to: after + limit + 1 })();
      if (E.isLeft(loaded)) return sendProblem(reply, 503, failureText(loaded.left));
      const events = loaded.right.flatMap(({ version, recordedAt, origin, lane, events: ofCommit }) =>
        ofCommit.map((event, index) => ({
          version: version + index,
          recordedAt: new Date(recordedAt).toISOString(),
          origin,
          lane,
          ...event,
        })),
      );
      const wanted = events.filter(({ version }) => version > after);
      if (wanted.length === 0 && after === 0) return unknownMember(reply, memberId);
      const items = wanted.slice(0, limit);
      return { items, next: wanted.length > limit ? String(items.at(-1)?.version) : null };
    });

    route(server, 'GET', '/api/passes', LIST_PASSES, async (request, reply) => {
      const { after = null } = request.query;
      const limit = wholeNumber(request.query.limit, MAX_PASSES);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      const unreadable: string[] = [];
      const passOver = (failure: ReadFailure): unknown => unreadable.push(failureText(failure));
      const page = await deps.views.scan(after, Math.min(limit, MAX_PASSES), passOver)();
      if (E.isLeft(page)) return sendProblem(reply, 503, failureText(page.left));
      const events = page.right.lives.flatMap((live) => restatementOf(live, traceparentOf(live)) ?? []);
      return {
        items: events.map(({ type, detail }) => ({
          ...envelopeHeader(detail.metadata.eventId, WALLET_SOURCE, type, new Date(detail.metadata.occurredAt)),
          detail,
        })),
        ...{ next: page.right.cursor, unreadable },
      };
    });

    route(server, 'GET', '/api/passes/:id', GET_PASS, async (request, reply) => {
      const memberId = idOf(request.params.id);
      const loaded = await deps.views.load(memberId)();
      if (E.isLeft(loaded)) return sendProblem(reply, 503, failureText(loaded.left));
      const { revision, asOf, pass } = loaded.right;
      if (pass === null)
        return sendProblem(
          reply,
          404,
          `No pass for ${memberId}`,
          asOf === 0 ? 'The member is unknown.' : 'The member is provisional.',
        );
      return { revision, asOfVersion: asOf, pass };
    });
  };

const GET_MEMBER = operation({
  id: 'getMember',
  tag: 'members',
  summary: 'what is known of a member; ?at=<instant or version> travels in recorded time',
  params: { id: MEMBER_ID },
  query: { at: AT },
  answers: { 200: t.union([MemberNow, MemberThen], 'Member') },
  refusals: { 404: 'No such member, or nothing was known of it then', 500: 'A projection failed', 503: STORE },
});

const LIST_EVENTS = operation({
  id: 'listMemberEvents',
  tag: 'members',
  summary: 'its domain events, oldest first',
  params: { id: MEMBER_ID },
  query: {
    after: { description: 'A version: only events after it', schema: { type: 'integer', minimum: 0 } },
    limit: wholeFrom1('How many at most; 10000 where it is not said'),
  },
  answers: { 200: RecordedEvents },
  refusals: { 404: 'No such member', 503: STORE },
});

const LIST_PASSES = operation({
  id: 'listPasses',
  tag: 'passes',
  summary: 'every current pass as a wallet event: state, not history',
  description:
    'A page may hold fewer than `limit`, as members without a pass are passed over. `unreadable` says of which members the store holds something that cannot be read.',
  query: pages(MAX_PASSES),
  answers: { 200: WalletEnvelopes },
  refusals: { 503: STORE },
});

const GET_PASS = operation({
  id: 'getPass',
  tag: 'passes',
  summary: 'its pass; 404 while the member is unknown or provisional',
  params: { id: MEMBER_ID },
  answers: { 200: CurrentPass },
  refusals: { 404: 'The member is unknown or provisional', 503: STORE },
});

/** What the pass may lack, and since when; without id: anything of the object. */
export const staleText = ({ scope, object, id, since }: StaleEntry): StaleText => ({
  scope,
  object,
  ...(id === null ? {} : { id }),
  since: new Date(since).toISOString(),
});

const travel = async (
  deps: MemberApiDeps,
  reply: AnyReply,
  memberId: string,
  at: string,
): Promise<MemberThen | FastifyReply> => {
  const to = travelTo(at);
  if (to === null) return sendProblem(reply, 400, EXPECTED_AT);
  const member = await unlessThrown(memberAsOf(deps)(memberId, to));
  if (member instanceof ProjectionThrew) return sendProblem(reply, 500, 'A projection failed', member.message);
  if (E.isLeft(member)) return sendProblem(reply, 503, failureText(member.left));
  const { version, lastVersion, knownSince, evaluatedAt, state, views, pass } = member.right;
  if (state === 'unknown') return nothingKnown(reply, memberId, knownSince);
  if (to.type === 'version' && to.version > lastVersion) return noSuchVersion(reply, memberId, lastVersion);
  return { memberId, version, state, evaluatedAt: new Date(evaluatedAt).toISOString(), views, pass };
};

export const EXPECTED_AT =
  'at: expected a version such as 12, or an instant such as 2026-03-01 or 2026-03-01T12:00:00Z';

/** knownSince null: there is no such member at all. */
export const nothingKnown = (reply: AnyReply, memberId: string, knownSince: EpochMs | null): FastifyReply =>
  knownSince === null
    ? unknownMember(reply, memberId)
    : sendProblem(
        reply,
        404,
        `Nothing was known of ${memberId} then`,
        `The first of its events was recorded on ${new Date(knownSince).toISOString()}.`,
      );

export const noSuchVersion = (reply: AnyReply, memberId: string, lastVersion: number): FastifyReply =>
  sendProblem(reply, 404, `No such version of ${memberId}`, `The last of its events is version ${lastVersion}.`);

export const unlessThrown = <A>(task: () => Promise<A>): Promise<A | ProjectionThrew> =>
  task().catch((error: unknown) => {
    if (error instanceof ProjectionThrew) return error;
    throw error;
  });

/** A whole number is a version; a date alone is its first instant in UTC. null: neither. */
export const travelTo = (at: string): TravelTo | null => {
  if (/^\d{1,9}$/.test(at)) return { type: 'version', version: Number(at) };
  const instant = readInstant(/^\d{4}-\d{2}-\d{2}$/.test(at) ? `${at}T00:00:00Z` : at);
  return O.isSome(instant) ? { type: 'instant', at: instant.value } : null;
};

/** Ids in 15 characters are meant as well. */
export const idOf = (id: string): string => O.getOrElse(() => id)(salesforceId(id));

export const unknownMember = (reply: AnyReply, memberId: string, parked: readonly Parked[] = []): FastifyReply =>
  sendProblem(
    reply,
    404,
    `No member ${memberId}`,
    parked.length === 0 ? undefined : `It is parked: ${parked.map(({ reason }) => reason).join('; ')}`,
  );

export const wholeNumber = (value: string | undefined, otherwise: number): number | null => {
  if (value === undefined) return otherwise;
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
};
