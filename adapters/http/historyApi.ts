import { setImmediate as giveWay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import {
  failureText,
  type MemberRecord as KnownRecord,
  MAX_POINTS,
  type MemberRecordsDeps,
  memberHistory,
  memberRecords,
  type Place,
  ProjectionThrew,
  type TravelDeps,
} from '#domain/index.ts';
import { isoText } from '../isoText.ts';
import { type HistoryPoint, MemberHistory } from './answers/history.ts';
import { type MemberRecord, MemberRecords, type RecordField } from './answers/records.ts';
import { idOf, unknownMember, unlessThrown, wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { MEMBER_ID, pages, STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type HistoryApiDeps = TravelDeps & MemberRecordsDeps;

/** Records on a page. */
const MAX_RECORDS = 100;

/** How a member came to be as it is: what its holder saw change, and what the sources said. Holds personal values, as the pass does. */
export const historyApi =
  (deps: HistoryApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/members/:id/history', GET_HISTORY, async ({ params, query }, reply) => {
      const memberId = idOf(params.id);
      const after = query.after === undefined ? null : placeOf(query.after);
      const limit = wholeNumber(query.limit, MAX_POINTS);
      if (query.after !== undefined && after === null) return sendProblem(reply, 400, 'after: expected a cursor');
      if (limit === null || limit < MIN_POINTS)
        return sendProblem(reply, 400, `limit: expected a whole number, ${MIN_POINTS} or more`);
      const found = await unlessThrown(
        memberHistory({ ...deps, giveWay })(memberId, after, Math.min(limit, MAX_POINTS)),
      );
      if (found instanceof ProjectionThrew) return sendProblem(reply, 500, 'A projection failed', found.message);
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      const { recorded, points, next, lastVersion, evaluatedAt } = found.right;
      if (recorded === null) return unknownMember(reply, memberId);
      return {
        ...{ memberId, lastVersion, evaluatedAt: isoText(evaluatedAt) },
        ...{ firstRecordedAt: isoText(recorded.first), lastRecordedAt: isoText(recorded.last) },
        items: points.map(
          (point): HistoryPoint => ({
            ...point,
            recordedAt: isoText(point.recordedAt),
            evaluatedAt: isoText(point.evaluatedAt),
          }),
        ),
        next: next === null ? null : `${next.version}.${next.evaluatedAt}`,
      };
    });

    route(server, 'GET', '/api/members/:id/records', LIST_RECORDS, async ({ params, query }, reply) => {
      const memberId = idOf(params.id);
      const before = query.after === undefined ? null : wholeNumber(query.after, 0);
      const limit = wholeNumber(query.limit, MAX_RECORDS);
      if (query.after !== undefined && before === null) return sendProblem(reply, 400, 'after: expected a cursor');
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      const only = query.id === undefined ? null : idOf(query.id);
      const found = await memberRecords(deps)(memberId, { before, limit: Math.min(limit, MAX_RECORDS), only })();
      if (E.isLeft(found)) return sendProblem(reply, 503, failureText(found.left));
      const { records, next } = found.right;
      if (records.length === 0 && before === null && only === null) return unknownMember(reply, memberId);
      return { items: records.map(recordAnswer), next: next === null ? null : String(next) };
    });
  };

/** The first, the last, and something between. */
const MIN_POINTS = 3;
const LIMIT = `How many at most; ${MAX_POINTS} where it is not said, and never more`;

const GET_HISTORY = operation({
  id: 'getHistory',
  tag: 'members',
  summary: 'what its holder saw change: tier, spend, status over time',
  description: 'With the first change, the last one and every change of tier; of the others as many as have room.',
  params: { id: MEMBER_ID },
  query: { ...pages(MAX_POINTS), limit: { description: LIMIT, schema: { type: 'integer', minimum: MIN_POINTS } } },
  answers: { 200: MemberHistory },
  refusals: { 404: 'No such member', 500: 'A projection failed', 503: STORE },
});

const LIST_RECORDS = operation({
  id: 'listRecords',
  tag: 'members',
  summary: 'what the sources said of the records behind its events, the latest told first; ?id=<record id> for one',
  params: { id: MEMBER_ID },
  query: { ...pages(MAX_RECORDS), id: 'Of one record' },
  answers: { 200: MemberRecords },
  refusals: { 404: 'No such member', 503: STORE },
});

/** "12.1764547200000": after version 12 as seen at that instant. null: not ours. */
const placeOf = (cursor: string): Place | null => {
  const [, version, evaluatedAt] = /^(\d{1,9})\.(\d{1,15})$/.exec(cursor) ?? [];
  return version === undefined ? null : { version: Number(version), evaluatedAt: Number(evaluatedAt) };
};

const recordAnswer = ({ existence, staleSince, fields, ...record }: KnownRecord): MemberRecord => ({
  ...record,
  existence: existence === null ? null : { says: existence.says, vouchedAt: isoText(existence.vouchedAt) },
  staleSince: staleSince === null ? null : isoText(staleSince),
  fields: fields.map(({ reading, ...field }) => ({ ...field, said: saidOf(reading) })),
});

/** Which feed said so. commitNumber: as text, it may be beyond 2^53; null: an event without one. */
const saidOf = (reading: KnownRecord['fields'][number]['reading']): RecordField['said'] => {
  if (reading === null) return { from: 'forgotten' };
  const modifiedAt = isoText(reading.modifiedAt);
  return reading.from === 'event'
    ? { from: 'event', modifiedAt, commitNumber: reading.commitNumber === '0' ? null : reading.commitNumber }
    : { from: 'row', modifiedAt, extractedAt: isoText(reading.extractedAt) };
};
