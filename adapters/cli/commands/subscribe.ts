import { Command, InvalidArgumentError, Option } from 'commander';
import type { CompiledPattern } from '../../eventbridge/pattern.ts';
import type { CarriedEvent } from '../../http/answers/busEvents.ts';
import type { KeptBus } from '../../http/busEventApi.ts';
import { defaultBackoff } from '../../local/backoff.ts';
import { type Client, CommandFailed, mayCarryKeys } from '../client.ts';
import { domainLine } from '../domainLine.ts';
import { eventStream } from '../eventStream.ts';
import { wholeNumber } from '../options.ts';
import { patternOf } from '../patternOption.ts';
import { postUntilTaken } from '../postEvent.ts';
import { note, print } from '../print.ts';
import { walletLine } from '../walletLine.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Options = {
  readonly pattern?: string;
  readonly bus: KeptBus;
  readonly to?: string;
  readonly after?: number;
  readonly current?: boolean;
  readonly follow: boolean;
  readonly json?: boolean;
};

export const subscribeCommand = (client: Client, environment: Environment): Command =>
  new Command('subscribe')
    .description('print what a bus carries from now on, or post it somewhere; Ctrl-C ends it')
    .option('--pattern <json>', 'an EventBridge event pattern, or @file; else everything')
    .addOption(new Option('--bus <name>', 'which bus').choices(['wallet', 'domain']).default('wallet'))
    .option('--to <url>', 'POST each event there, as EventBridge would, in order, until it is taken', httpUrl)
    .option('--after <sequence>', 'begin after this sequence number, and not with what comes next', wholeNumber)
    .option(
      '--current',
      'first every current pass, as an event of its last revision: for one new subscriber; the others notice nothing',
    )
    .option('--no-follow', 'end after the current passes')
    .option('--json', 'print each event as one line of JSON')
    .addHelpText('after', HELP)
    .action(async ({ pattern, bus, to, after, current, follow, json }: Options) => {
      if (current === true && bus !== 'wallet')
        throw new CommandFailed('--current sends passes: the wallet bus has them.');
      if (!follow && current !== true)
        throw new CommandFailed('--no-follow ends after the current passes: say --current.');
      const { BILLFOLD_MIDDLEWARE_KEY: key } = environment;
      if (key !== undefined && to !== undefined && !mayCarryKeys(to))
        throw new CommandFailed('--to: expected https://…, since the key in BILLFOLD_MIDDLEWARE_KEY goes there.');
      const matches: CompiledPattern = pattern === undefined ? () => true : await patternOf(pattern, 'bus');
      const stopping = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
      const { signal } = stopping;
      // Known before the first pass is read, so that nothing falls between the two.
      let place = after ?? (await latest(client, bus));
      const take = async (event: CarriedEvent): Promise<boolean> => {
        if (!matches(envelopeOf(event))) return true;
        if (to !== undefined && !(await deliver(to, key, event, signal))) return false;
        print(json ? JSON.stringify(event) : lineOf[bus](event));
        return true;
      };
      try {
        for await (const event of current === true ? currentPasses(client, place, signal) : [])
          if (!(await take(event))) return;
        if (!follow) return;
        for await (const event of eventStream({ client, bus, after: place, signal, onLost })) {
          if (!(await take(event))) break;
          place = event.sequence;
        }
      } finally {
        note(`Stopped. --after ${place} goes on from here.`);
      }
    });

const HELP = `
With --to: answers 2xx take an event; 408, 429, 5xx and no answer are tried again, not before Retry-After; any other
ends it with exit code 1. A restart of billfold is waited for. Delivery is at least once: --after repeats what was on its way.
To a middleware (…/events): its key of senders in BILLFOLD_MIDDLEWARE_KEY goes with each. A destination that is new there gets what it never had.`;

/** State, not history: a pass that changes meanwhile comes once more, with its next revision. */
async function* currentPasses(client: Client, sequence: number, signal: AbortSignal): AsyncGenerator<CarriedEvent> {
  for (let after = ''; !signal.aborted; ) {
    const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
    const page = (await client.get(`/api/passes${query}`)) as {
      readonly items: readonly Omit<CarriedEvent, 'sequence'>[];
      readonly next: string | null;
    };
    for (const item of page.items) yield { sequence, ...item };
    if (page.next === null) return;
    after = page.next;
  }
}

/** From here on everything is new. */
const latest = async (client: Client, bus: KeptBus): Promise<number> => {
  const { next } = (await client.get(`/api/${bus}-events?after=latest`)) as { readonly next: string };
  return Number(next);
};

const onLost = (): void => note('The stream broke off; connecting again.');

/** What EventBridge would deliver: it has no sequence number. */
const envelopeOf = ({ sequence: _, ...envelope }: CarriedEvent): Omit<CarriedEvent, 'sequence'> => envelope;

const deliver = (url: string, key: string | undefined, event: CarriedEvent, signal: AbortSignal): Promise<boolean> => {
  const onRetry = (reason: string, delayMs: number): void =>
    note(`${event.sequence} not taken yet (${reason}); again in ${(delayMs / 1000).toFixed(1)} s.`);
  return postUntilTaken(
    { url, what: `event ${event.sequence}`, key, backoff: defaultBackoff, signal, onRetry },
    JSON.stringify(envelopeOf(event)),
  );
};

const lineOf: Readonly<Record<KeptBus, (event: CarriedEvent) => string>> = { wallet: walletLine, domain: domainLine };

const httpUrl = (text: string): string => {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('expected an address such as http://127.0.0.1:3000/events');
  return text;
};
