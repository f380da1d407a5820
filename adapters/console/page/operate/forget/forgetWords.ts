import type { Certificate, ForgetStep, Forgetting } from '../../../../http/answers/forgotten.ts';
import type { Step } from '../step.ts';
import { countOf } from '../words.ts';

/** How far a forgetting is. null: it was asked for just now, and nothing was heard of it. What another start of the service did stands as done. */
export const forgetSteps = (forgetting: Forgetting | null): readonly Step[] => {
  const { steps = [], isUnderWay = true, isSettled = false, failure = null } = forgetting ?? {};
  const isOfBefore = forgetting !== null && steps.length === 0 && !isUnderWay;
  const open = STEPS.find(({ id }) => !steps.some(({ step }) => step === id) && !(isOfBefore && id === 'asked'));
  return STEPS.map(({ id, title, text }) => {
    const doneAt = steps.find(({ step }) => step === id)?.doneAt;
    if (doneAt !== undefined) return { id, title, text, state: 'done', at: Date.parse(doneAt) };
    if (isOfBefore && (isSettled || id === 'asked')) return { id, title, text, state: 'done', at: null };
    return failure !== null && id === open?.id
      ? { id, title, text: failure, state: 'failed', at: null }
      : { id, title, text, state: 'waiting', at: null };
  });
};

const STEPS = [
  { id: 'asked', title: 'Written down', text: 'Should the service stop, it goes on at its next start.' },
  { id: 'keys', title: 'The key is destroyed', text: 'What records and events hold of the member, nobody can read.' },
  {
    id: 'fact',
    title: 'The pass is void',
    text: 'MemberForgotten is in the log. Wallets, webhooks and consumers are sent an empty pass, and asked to erase.',
  },
  {
    id: 'removed',
    title: 'Copies are removed',
    text: 'Wallet events, rows of files, quarantine, dead letters, devices. The empty pass is waited for, a minute at most.',
  },
  {
    id: 'looked',
    title: 'Everything is looked through',
    text: 'Each store is searched for each personal value that was known before.',
  },
] as const satisfies readonly { readonly id: ForgetStep; readonly title: string; readonly text: string }[];

export type Verdict = { readonly tone: 'good' | 'warn' | 'bad'; readonly title: string; readonly text: string };

/** What a certificate comes to. */
export const verdictOf = ({ isClean, stores, pending, values }: Certificate): Verdict => {
  if (isClean)
    return { tone: 'good', title: 'Nothing personal was found', text: `${lookedFor(values)} It is nowhere any more.` };
  const found = stores.reduce((sum, store) => sum + store.found, 0);
  if (found > 0)
    return {
      tone: 'bad',
      title: `Something personal is still there: ${countOf(found, 'time')}`,
      text: 'The places are named below. Remove it there, then look through everything again.',
    };
  if (pending.length > 0)
    return {
      tone: 'warn',
      title: 'It is not over yet',
      text: 'The service goes on by itself, every hour and at its next start.',
    };
  return {
    tone: 'warn',
    title: 'The key had been destroyed before',
    text: 'The member is forgotten. Nobody knows any more what to look for, so it cannot be certified that nothing is left.',
  };
};

const lookedFor = ({ lookedFor: count, tooShort }: Certificate['values']): string =>
  `${countOf(count, 'personal value was', 'personal values were')} looked for${tooShort === 0 ? '' : `; ${tooShort.toLocaleString()} too short to look for`}.`;

/** "1 wallet event, 2 registered devices"; null: nothing was. */
export const removedText = (removed: Certificate['removed']): string | null => {
  const parts = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((what) => removed[what] > 0)
    .map((what) => countOf(removed[what], ...NAMES[what]));
  return parts.length === 0 ? null : parts.join(', ');
};

const NAMES: Readonly<Record<keyof Certificate['removed'], readonly [one: string, many: string]>> = {
  walletEvents: ['wallet event', 'wallet events'],
  deadLetters: ['dead letter', 'dead letters'],
  quarantined: ['text in quarantine', 'texts in quarantine'],
  rows: ['row of a file', 'rows of files'],
  devices: ['registered device', 'registered devices'],
  events: ['event of others', 'events of others'],
  states: ['state of an old version', 'states of old versions'],
};

/** What has to be typed: the number, as the member knows it; where there is none, the id. */
export const wordToType = (memberId: string, memberNumber: string | null): string => memberNumber ?? memberId;

/** As a person says a store's name. */
export const storeName = (store: string): string => STORES[store] ?? store;

const STORES: Readonly<Record<string, string>> = {
  records: 'Source records',
  events: 'Event log',
  views: 'Passes',
  ops: 'Bookkeeping',
  deliveries: 'Deliveries',
  journals: 'Buses',
  queues: 'Queues',
  quarantine: 'Quarantine',
  keys: 'Keys',
  files: 'Files',
  logs: 'Logs',
  database: 'Database file, byte by byte',
};
