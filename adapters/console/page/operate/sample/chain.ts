import type { SampleEditTaken, SampleTrace } from '../../../../http/answers/sample.ts';
import type { Step } from '../step.ts';
import { countOf } from '../words.ts';

/** What a change set off so far: source bus, log, wallet bus, each destination. What cannot come any more is left out. */
export const chainOf = (
  taken: SampleEditTaken,
  trace: SampleTrace | null,
  paused: readonly string[] = [],
): readonly Step[] => {
  const acknowledged: Step = {
    ...{ id: 'bus', title: 'On the source bus', text: taken.entry.DetailType, state: 'done' },
    at: Date.parse(taken.acknowledgedAt),
  };
  if (trace === null) return [acknowledged, recordedLink(null)];
  const links = [acknowledged, recordedLink(trace)];
  if (trace.refused !== null) return links;
  const wallet = walletLink(taken, trace, paused);
  if (wallet.state === 'skipped') return [...links, wallet];
  return [...links, wallet, ...deliveryLinks(trace)];
};

/** Nothing more is to come. */
export const isOver = (taken: SampleEditTaken, trace: SampleTrace | null): boolean => {
  const links = chainOf(taken, trace);
  return (
    links.every(({ state }) => state !== 'waiting') && (links.length > 3 || links.some(({ state }) => state !== 'done'))
  );
};

const recordedLink = (trace: SampleTrace | null): Step => {
  const link = { id: 'log', title: 'Understood and recorded' };
  if (trace !== null && trace.refused !== null)
    return {
      ...link,
      text: `In quarantine: ${trace.refused.path}: ${trace.refused.reason}`,
      state: 'failed',
      at: null,
    };
  const [first, ...more] = trace?.events ?? [];
  if (first === undefined)
    return { ...link, text: 'The event is decoded, merged and decided on', state: 'waiting', at: null };
  const names = [first, ...more].map(({ type, version }) => `${type}, version ${version}`).join('; ');
  return { ...link, text: names, state: 'done', at: Date.parse(first.recordedAt) };
};

const walletLink = (
  { before }: SampleEditTaken,
  { events, now, wallet }: SampleTrace,
  paused: readonly string[],
): Step => {
  const link = { id: 'wallet', title: 'The pass is new' };
  const last = events.at(-1)?.version ?? null;
  if (wallet !== null) {
    const changed = wallet.changed.length === 0 ? '' : `: ${countOf(wallet.changed.length, 'field')} changed`;
    const text = `${wallet.type}, revision ${wallet.revision}${changed}`;
    return { ...link, text, state: 'done', at: Date.parse(wallet.occurredAt) };
  }
  if (last !== null && now.version >= last && now.revision === before.revision)
    return { ...link, text: 'The holder would see no difference, so nothing is published', state: 'skipped', at: null };
  const isFolded = last !== null && now.version >= last;
  const pausedFor = (pipe: string): boolean => paused.includes(pipe);
  const text = isFolded
    ? `Revision ${now.revision} is folded, and waits to be published${pausedFor('publish') ? ': the pipe publish is paused' : ''}`
    : `The projector folds it into the pass${pausedFor('poke') ? ', once it is told: the pipe poke is paused' : ''}`;
  return { ...link, text, state: 'waiting', at: null };
};

const deliveryLinks = ({ wallet, deliveries }: SampleTrace): readonly Step[] => {
  if (wallet === null)
    return [{ id: 'wallets', title: 'At the wallets', text: 'Apple, Google, webhooks', state: 'waiting', at: null }];
  if (deliveries === null)
    return [
      { id: 'wallets', title: 'At the wallets', text: 'The middleware does not answer', state: 'waiting', at: null },
    ];
  if (deliveries.length === 0)
    return [
      { id: 'wallets', title: 'At the wallets', text: 'No destination is configured', state: 'skipped', at: null },
    ];
  return deliveries.map((delivery) => deliveryLink(delivery, wallet.revision));
};

type Delivery = NonNullable<SampleTrace['deliveries']>[number];

const deliveryLink = (delivery: Delivery, revision: number): Step => {
  const { destination, state, done, wanted, reason, steps } = delivery;
  const link = { id: `to-${destination}`, title: `Delivered: ${destination}` };
  const said = steps.map(stepText);
  const at = wanted < revision ? Number.NaN : Math.max(...steps.map((step) => Date.parse(step.at)));
  const told = said.length === 0 ? (reason ?? '') : said.join(', ');
  if (done >= revision) return { ...link, text: told, state: 'done', at: Number.isFinite(at) ? at : null };
  if (state === 'dead') return { ...link, text: reason ?? told, state: 'failed', at: null };
  if (state === 'confirming' && wanted >= revision)
    return { ...link, text: `${told}; the phone has not fetched it yet`, state: 'waiting', at: null };
  return { ...link, text: reason ?? 'Its turn comes', state: 'waiting', at: null };
};

/** "push ok 200"; what was left out says why. */
const stepText = ({ step, outcome, status }: Delivery['steps'][number]): string =>
  outcome === 'skipped' && Object.hasOwn(SKIPPED, step)
    ? (SKIPPED[step] ?? '')
    : [step, outcome, ...(status === null ? [] : [status])].join(' ');

const SKIPPED: Readonly<Record<string, string>> = {
  push: 'no phone has the pass, so none is told',
  notify: 'nobody saved the pass, so nobody is notified',
};
