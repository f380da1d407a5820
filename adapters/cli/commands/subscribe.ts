import { Command, InvalidArgumentError, Option } from 'commander';
import type { CompiledPattern } from '../../eventbridge/pattern.ts';
import type { CarriedEvent, KeptBus } from '../../http/busEventApi.ts';
import { defaultBackoff } from '../../local/backoff.ts';
import type { Client } from '../client.ts';
import { domainLine } from '../domainLine.ts';
import { eventStream } from '../eventStream.ts';
import { patternOf } from '../patternOption.ts';
import { postUntilTaken } from '../postEvent.ts';
import { note, print } from '../print.ts';
import { walletLine } from '../walletLine.ts';

type Options = {
  readonly pattern?: string;
  readonly bus: KeptBus;
  readonly to?: string;
  readonly after?: number;
  readonly json?: boolean;
};

export const subscribeCommand = (client: Client): Command =>
  new Command('subscribe')
    .description('print what a bus carries from now on, or post it somewhere; Ctrl-C ends it')
    .option('--pattern <json>', 'an EventBridge event pattern, or @file; else everything')
    .addOption(new Option('--bus <name>', 'which bus').choices(['wallet', 'domain']).default('wallet'))
    .option('--to <url>', 'POST each event there, as EventBridge would, in order, until it is taken', httpUrl)
    .option('--after <sequence>', 'begin after this sequence number, and not with what comes next', wholeNumber)
    .option('--json', 'print each event as one line of JSON')
    .addHelpText('after', HELP)
    .action(async ({ pattern, bus, to, after, json }: Options) => {
      const matches: CompiledPattern = pattern === undefined ? () => true : await patternOf(pattern, 'bus');
      const stopping = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
      const { signal } = stopping;
      let place = after ?? (await latest(client, bus));
      try {
        for await (const event of eventStream({ client, bus, after: place, signal, onLost })) {
          if (matches(envelopeOf(event))) {
            const taken = to === undefined || (await deliver(to, event, signal));
            if (!taken) break;
            print(json ? JSON.stringify(event) : lineOf[bus](event));
          }
          place = event.sequence;
        }
      } finally {
        note(`Stopped. --after ${place} goes on from here.`);
      }
    });

const HELP = `
With --to: answers 2xx take an event; 408, 429, 5xx and no answer are tried again, not before Retry-After; any other
ends it with exit code 1. A restart of billfold is waited for. Delivery is at least once: --after repeats what was on its way.`;

/** From here on everything is new. */
const latest = async (client: Client, bus: KeptBus): Promise<number> => {
  const { next } = (await client.get(`/api/${bus}-events?after=latest`)) as { readonly next: string };
  return Number(next);
};

const onLost = (): void => note('The stream broke off; connecting again.');

/** What EventBridge would deliver: it has no sequence number. */
const envelopeOf = ({ sequence: _, ...envelope }: CarriedEvent): Omit<CarriedEvent, 'sequence'> => envelope;

const deliver = (url: string, event: CarriedEvent, signal: AbortSignal): Promise<boolean> => {
  const onRetry = (reason: string, delayMs: number): void =>
    note(`${event.sequence} not taken yet (${reason}); again in ${(delayMs / 1000).toFixed(1)} s.`);
  return postUntilTaken(
    { url, what: `event ${event.sequence}`, backoff: defaultBackoff, signal, onRetry },
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

const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};
