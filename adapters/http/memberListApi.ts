import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText, type Live, type ReadFailure, salesforceId, type ViewStore } from '#domain/index.ts';
import type { MemberDirectory } from '../local/memberDirectory.ts';
import type { IndexedMember } from '../local/memberIndex.ts';
import { type ListedMember, MemberList } from './answers/memberList.ts';
import { wholeNumber } from './memberApi.ts';
import { operation, route } from './operation.ts';
import { STORE, wholeFrom1 } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type MemberListApiDeps = {
  readonly directory: Pick<MemberDirectory, 'search' | 'get' | 'progress'>;
  readonly views: Pick<ViewStore, 'load'>;
};

const MOST = 500;
const USUAL = 100;
const LONGEST_Q = 200;

/** Members found by number, name or id. */
export const memberListApi =
  ({ directory, views }: MemberListApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(server, 'GET', '/api/members', LIST, async ({ query }, reply) => {
      const { q = '' } = query;
      const offset = wholeNumber(query.offset, 0);
      const limit = wholeNumber(query.limit, USUAL);
      if (offset === null || limit === null || limit < 1)
        return sendProblem(reply, 400, 'offset and limit: expected whole numbers');
      if (q.length > LONGEST_Q) return sendProblem(reply, 400, `q: expected at most ${LONGEST_Q} characters`);
      const found = directory.search(q);
      const unlisted = await unlistedMember({ directory, views }, q);
      if (E.isLeft(unlisted)) return sendProblem(reply, 503, failureText(unlisted.left));
      const all = unlisted.right.length === 0 ? found.length : found.length + 1;
      const from = Math.max(0, offset - unlisted.right.length);
      const to = Math.min(offset + Math.min(limit, MOST), all);
      const listed = found.slice(from, Math.max(from, to - unlisted.right.length)).map(listedText);
      return {
        items: offset === 0 ? [...unlisted.right, ...listed] : listed,
        ...{ total: all, next: to < all ? to : null, ...directory.progress() },
      };
    });
  };

const LIST = operation({
  id: 'listMembers',
  tag: 'members',
  summary: 'members by name; ?q= finds by words of name, number or id',
  description:
    'Each word of q stands where a word of the name, the number or the id begins; case and accents do not matter. Who has exactly that number or id comes first. The list is in memory, filled when first asked for: complete says whether it is whole. A member without a pass yet is found by its exact id.',
  query: {
    q: 'What is looked for',
    offset: { description: 'How many are passed over', schema: { type: 'integer', minimum: 0 } },
    limit: wholeFrom1(`How many at most; ${USUAL} where it is not said, and never more than ${MOST}`),
  },
  answers: { 200: MemberList },
  refusals: { 503: STORE },
});

/** Whom the directory does not know, or not yet: found in the store by the exact id. */
const unlistedMember = async (
  { directory, views }: MemberListApiDeps,
  q: string,
): Promise<E.Either<ReadFailure, readonly ListedMember[]>> => {
  const memberId = salesforceId(q.trim());
  if (O.isNone(memberId) || directory.get(memberId.value) !== undefined) return E.right([]);
  const live = await views.load(memberId.value)();
  return E.map((found: Live) => (found.asOf === 0 ? [] : [unlistedText(found)]))(live);
};

const listedText = ({ amount, currency, asOf: _, searched: __, ...member }: IndexedMember): ListedMember => ({
  ...member,
  qualifyingSpend: { amount, currency },
  updatedAt: new Date(member.updatedAt).toISOString(),
});

const unlistedText = ({ memberId, pass, revision, evaluatedAt }: Live): ListedMember => {
  const name = [pass?.holder.firstName, pass?.holder.lastName].filter((part) => part != null).join(' ');
  return {
    ...{ memberId, memberNumber: pass?.memberNumber ?? null, name: name === '' ? null : name },
    ...{ status: pass?.status ?? 'provisional', tier: pass?.tier.name ?? null, progress: pass?.tier.progress ?? null },
    ...{ qualifyingSpend: pass?.tier.qualifyingSpend ?? null, revision },
    updatedAt: new Date(evaluatedAt).toISOString(),
  };
};
