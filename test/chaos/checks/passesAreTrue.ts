import { isDeepStrictEqual } from 'node:util';
import type { MemberNow } from '#adapters/http/answers/member.ts';
import { knownPart, todayIn, truth } from '#test/support/truth.ts';
import { type Check, inParallel } from './check.ts';
import { orgOf } from './members.ts';

/** Of the day that the member was last looked at, where the clock was ahead by then: it never goes back for anybody. */
export const passesAreTrue: Check = {
  promise: 'passes equal the truth',
  when: 'always',
  look: async ({ system, org, members }) => {
    const { get } = system.service();
    const theirs = orgOf(org, members);
    const expectedOn = new Map<string, ReturnType<typeof truth>>();
    const ofDay = (day: string): ReturnType<typeof truth> => {
      const expected = expectedOn.get(day) ?? truth(theirs, day);
      expectedOn.set(day, expected);
      return expected;
    };
    const wrong = await inParallel(members, async (memberId) => {
      const { pass, evaluatedAt } = await get<MemberNow>(`/api/members/${memberId}`);
      const day = todayIn(Math.max(Date.parse(evaluatedAt), Date.now() + system.aheadMs()));
      const expected = ofDay(day).get(memberId);
      return isDeepStrictEqual(knownPart(pass), expected)
        ? []
        : [`${memberId} on ${day}: ${JSON.stringify(knownPart(pass))} instead of ${JSON.stringify(expected)}`];
    });
    return wrong.flat();
  },
};
