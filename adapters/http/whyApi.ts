import type { FastifyInstance, FastifyReply } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText, type Source, salesforceId, type Why, type WhyDeps, type WhyFailure, why } from '#domain/index.ts';
import { isoText } from '../isoText.ts';
import { type EventTold, type SourceText, WhyAnswer } from './answers/why.ts';
import { EXPECTED_AT, idOf, noSuchVersion, nothingKnown, travelTo, wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { AT, MEMBER_ID, STORE, wholeFrom1 } from './parameters.ts';
import { type AnyReply, sendProblem } from './problem.ts';

export type WhyApiDeps = WhyDeps;

/** Where a value on a member's pass comes from. Holds personal values, as the pass does. */
export const whyApi =
  (deps: WhyApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/members/:id/why/:what', GET_WHY, async ({ params, query }, reply) => {
      const memberId = idOf(params.id);
      const to = query.at === undefined ? null : travelTo(query.at);
      if (query.at !== undefined && to === null) return sendProblem(reply, 400, EXPECTED_AT);
      const limit = wholeNumber(query.limit, Number.POSITIVE_INFINITY);
      if (limit === null || limit < 1) return sendProblem(reply, 400, 'limit: expected a whole number');
      const answer = await why(deps)(memberId, pathText(params.what), to, limit)();
      return E.isLeft(answer) ? refuse(reply, memberId, answer.left) : whyAnswer(answer.right);
    });
  };

const GET_WHY = operation({
  id: 'getWhy',
  tag: 'members',
  summary: 'where a value on its pass comes from, such as tier.name',
  params: {
    id: MEMBER_ID,
    what: 'A path of the pass, such as tier, tier.name, spend.lifetime, promotions.<id of a grant>',
  },
  query: { at: AT, limit: wholeFrom1('How many purchases of a sum at most, the last ones; all where it is not said') },
  answers: { 200: WhyAnswer },
  refusals: { 404: 'No such member, pass, version or value', 503: STORE },
});

/** A grant's id may have 15 characters. */
const pathText = (what: string): string => {
  const [first, id = '', ...rest] = what.split('.');
  return first === 'promotions' && rest.length === 0
    ? O.match(
        () => what,
        (full: string) => `promotions.${full}`,
      )(salesforceId(id))
    : what;
};

const refuse = (reply: AnyReply, memberId: string, failure: WhyFailure): FastifyReply => {
  switch (failure.type) {
    case 'NothingKnown':
      return nothingKnown(reply, memberId, failure.knownSince);
    case 'NoSuchVersion':
      return noSuchVersion(reply, memberId, failure.lastVersion);
    case 'NoPassYet':
      return sendProblem(
        reply,
        404,
        `No pass for ${memberId}`,
        `The member is provisional: it has none until ${failure.until.join(' or ')} is known.`,
      );
    case 'NoSuchPath':
      return sendProblem(reply, 404, 'The pass has no such value', `it has ${failure.paths.join(', ')}.`);
    default:
      return sendProblem(reply, 503, failureText(failure));
  }
};

const whyAnswer = ({ sum, timeAlone, definition, ...found }: Why): WhyAnswer => ({
  ...{ memberId: found.memberId, path: found.path, value: found.value },
  ...{ version: found.version, evaluatedAt: isoText(found.evaluatedAt), because: found.because },
  timeAlone: timeAlone === null ? null : { ...timeAlone, at: isoText(timeAlone.at) },
  sum:
    sum === null
      ? null
      : {
          total: sum.total,
          purchases: sum.purchases,
          left: sum.left,
          counted: sum.counted.map(({ purchaseId, number, boughtOn, amount, isReduction, leavesOn, by, source }) => ({
            ...{ purchaseId, number, boughtOn, amount, isReduction, leavesOn },
            by: eventAnswer(by),
            source: sourceAnswer(source),
          })),
        },
  definition: definition === null ? null : sourceAnswer(definition),
  steps: found.steps.map(({ before, after, source, ...step }) => ({
    ...eventAnswer(step),
    ...{ before, after },
    source: sourceAnswer(source),
  })),
  hasEarlierSteps: found.hasEarlierSteps,
});

const eventAnswer = ({
  version,
  recordedAt,
  origin,
  lane,
  event,
}: Omit<Why['steps'][number], 'before' | 'after' | 'source' | 'attributes' | 'subject'>): EventTold => ({
  ...{ version, type: event.type, recordedAt: isoText(recordedAt), origin, lane },
});

const sourceAnswer = ({ object, id, goneSince, fields }: Source): SourceText => ({
  ...{ object, id, goneSince: goneSince === null ? null : isoText(goneSince) },
  fields: fields.map(({ today, ...field }) => ({
    ...field,
    today:
      today === null
        ? null
        : {
            value: today.value,
            modifiedAt: today.stamp === null ? null : isoText(today.stamp.modifiedAt),
            ...fromOf(today.stamp),
          },
  })),
});

/** Which feed said so. commitNumber: as text, it may be beyond 2^53; null: an event without one. */
const fromOf = (stamp: NonNullable<Source['fields'][number]['today']>['stamp']) => {
  if (stamp === null) return { from: 'forgotten' as const };
  return stamp.from === 'event'
    ? { from: stamp.from, commitNumber: stamp.commitNumber === '0' ? null : stamp.commitNumber }
    : { from: stamp.from, extractedAt: isoText(stamp.extractedAt) };
};
