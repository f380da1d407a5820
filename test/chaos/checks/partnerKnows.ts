import { isDeepStrictEqual } from 'node:util';
import type { Check } from './check.ts';

/** Who is told of passes ends with the last one of each member: the relay, the middleware and its queue lost none. */
export const partnerKnows: Check = {
  promise: 'the partner was told the last pass of each member',
  when: 'last',
  look: async ({ system, published }) => {
    const told = system.partner.told();
    const last = new Map(
      published
        .toSorted((a, b) => a.metadata.revision - b.metadata.revision)
        .map((detail) => [detail.metadata.memberId, detail]),
    );
    return [...last].flatMap(([memberId, { metadata, data }]) => {
      const known = told.get(memberId);
      if (known?.revision !== metadata.revision)
        return [`${memberId}: told of ${known?.revision ?? 'none'}, not ${metadata.revision}`];
      return isDeepStrictEqual(known.pass, data.pass) ? [] : [`${memberId}: told another pass`];
    });
  },
};
