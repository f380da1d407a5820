import { contactId } from '#test/support/changeEvents.ts';
import type { Members } from './overloadMembers.ts';

export type Asked = {
  readonly callers: number;
  readonly answered: number;
  readonly refused: number;
  /** Anything but an answer, or a refusal that says when to come again. */
  readonly wrong: readonly string[];
};

/** What costs most to answer, by so many callers at the same time. */
export const askedAtOnce = async (url: string, members: Members, callers: number): Promise<Asked> => {
  const ids = [...members.keys()].map(contactId);
  const paths = Array.from({ length: callers }, (_, index) => {
    const id = ids[index % ids.length];
    return [
      '/api/passes?limit=500',
      `/api/members/${id}/history`,
      `/api/members/${id}/why/spend.lifetime`,
      `/api/members/${id}/records`,
      '/api/members?q=roth&limit=500',
    ][index % 5];
  });
  const wrong = new Set<string>();
  let answered = 0;
  let refused = 0;
  await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`${url}${path}`).catch(() => null);
      const text = await response?.text().catch(() => null);
      if (response?.ok && text != null) answered += 1;
      else if ((response?.status === 503 || response?.status === 429) && response.headers.has('retry-after'))
        refused += 1;
      else wrong.add(`${path}: ${response?.status ?? 'no answer'}`);
    }),
  );
  return { callers, answered, refused, wrong: [...wrong] };
};
