import type { Pass } from '#domain/index.ts';
import { publicationFaults } from '#test/flow/support.ts';
import { type Check, inParallel } from './check.ts';

export const publishedRight: Check = {
  promise: 'revisions dense and rising, each change published, none without a visible one',
  when: 'always',
  look: async ({ system, members, published }) => {
    const { passOf } = system.service();
    const passes = new Map<string, Pass | null>(
      await inParallel(members, async (memberId) => [memberId, await passOf(memberId)] as const),
    );
    return publicationFaults(
      published.filter(({ metadata }) => members.has(metadata.memberId)),
      passes,
    );
  },
};
