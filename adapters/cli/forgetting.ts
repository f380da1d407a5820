import type { Certificate, ForgottenPage } from '../http/answers/forgotten.ts';
import type { Client } from './client.ts';
import type { Target } from './target.ts';

export type Asked = ForgottenPage['items'][number];

/** Where members are forgotten. Everything throws CommandFailed, in words for the person at the terminal. */
export type Forgetting = {
  readonly forget: (memberId: string) => Promise<Certificate>;
  /** Who asked to be forgotten, ever. */
  readonly list: () => Promise<readonly Asked[]>;
  /** So many go on side by side. */
  readonly atOnce: number;
  /** What the person who waits is told. */
  readonly takes: string;
  readonly close: () => void;
};

/** What asks AWS is loaded by who does: it takes its time. */
export const openForgetting = async (target: Target): Promise<Forgetting> =>
  target.type === 'service'
    ? serviceForgetting(target.client)
    : (await import('./awsForgetting.ts')).openAwsForgetting(target.prefix);

const serviceForgetting = (client: Client): Forgetting => ({
  forget: async (memberId) => {
    const path = `/api/members/${encodeURIComponent(memberId)}/forget`;
    return (await (await client.request(path, { method: 'POST' })).json()) as Certificate;
  },
  list: async () => ((await (await client.request('/api/forgotten')).json()) as ForgottenPage).items,
  atOnce: 1,
  takes: 'then looking at everything that is stored …',
  close: () => undefined,
});
