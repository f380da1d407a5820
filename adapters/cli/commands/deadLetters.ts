import { SQSClient } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import { awsError } from '../../awsError.ts';
import {
  type DeadLetter,
  type DeadLetters,
  deadLetterQueueNamed,
  deadLetterQueues,
  type Redriven,
} from '../../deadLetters/deadLetters.ts';
import type { PageOf } from '../../http/answers/common.ts';
import { awsDeadLetters } from '../../sqs/awsDeadLetters.ts';
import { type Client, CommandFailed } from '../client.ts';
import { runJobTo } from '../followJob.ts';
import { segmentsOn } from '../jobService.ts';
import { print, printJson } from '../print.ts';
import { type Target, type TargetOptions, targetOf, withTarget } from '../target.ts';

type Options = TargetOptions & { readonly queue?: string; readonly json?: boolean };

export const deadLettersCommand = (client: Client): Command =>
  new Command('dead-letters')
    .description('what queues and pipes gave up: listed, sent back')
    .addCommand(listCommand(client), { isDefault: true })
    .addCommand(redriveCommand(client));

const listCommand = (client: Client): Command =>
  withTarget(new Command('list'))
    .description('the newest of each queue, without what is in them; on AWS ten of each (also without "list")')
    .option('--json', 'print the answer as JSON')
    .action(({ json, ...options }: Options) =>
      withLetters(targetOf(client, options), async (letters) => {
        const items = await letters.list();
        if (json) return printJson(items);
        if (items.length === 0) return print('No queue and no pipe gave up anything.');
        for (const item of items) print(describe(item));
      }),
    );

const describe = ({ queue, id, from, tries, reason, diedAt }: DeadLetter): string =>
  `${queue}  ${id}\n  ${from ?? 'somebody'} gave it up${tries === null ? '' : ` after ${tries} tries`}${diedAt === null ? '' : `, ${diedAt}`}: ${reason ?? 'no reason told'}`;

const redriveCommand = (client: Client): Command =>
  withTarget(new Command('redrive'))
    .description('send back what lies there, once; what fails again comes back, with its reason')
    .option('--queue <name>', `${deadLetterQueues.join(', ')}; without it, all of them`)
    .option('--json', 'print the answer as JSON')
    .action(({ json, queue, ...options }: Options) =>
      withLetters(targetOf(client, options), async (letters) => {
        const redriven: Redriven[] = [];
        for (const name of queuesNamed(queue)) {
          const done = await letters.redrive(name);
          redriven.push(done);
          if (json !== true) for (const line of told(done)) print(line);
        }
        if (json) printJson(redriven);
        else if (redriven.every(({ sentBack, left }) => sentBack + left.length === 0)) print('Nothing lay there.');
        if (redriven.some(({ left }) => left.length > 0)) throw new CommandFailed('Not everything could be sent back.');
      }),
    );

const queuesNamed = (name: string | undefined) => {
  if (name === undefined) return deadLetterQueues;
  const queue = deadLetterQueueNamed(name);
  if (queue === null)
    throw new CommandFailed(`No dead-letter queue is called ${name}: there are ${deadLetterQueues.join(', ')}.`);
  return [queue];
};

const told = ({ queue, sentBack, left }: Redriven): readonly string[] => [
  ...(sentBack + left.length === 0 ? [] : [`${queue}: ${sentBack} sent back`]),
  ...left.map(({ id, reason }) => `  ${id} stays: ${reason}`),
];

const withLetters = async (target: Target, use: (letters: DeadLetters) => Promise<void>): Promise<void> => {
  if (target.type === 'service') return use(ofService(target.client));
  const sqs = new SQSClient({});
  try {
    await use(awsDeadLetters({ sqs, prefix: target.prefix, reconcile: (since) => reconciled(target, since) }));
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`SQS: ${awsError(error).reason}`);
  } finally {
    sqs.destroy();
  }
};

const ofService = (client: Client): DeadLetters => ({
  list: async () => ((await client.get('/api/dead-letters')) as PageOf<DeadLetter>).items,
  redrive: async (queue) =>
    (await (await client.request(`/api/dead-letters/${queue}/redrive`, { method: 'POST' })).json()) as Redriven,
});

const reconciled = async (target: Target, republishSince: number | null): Promise<string | null> => {
  const asked = { type: 'reconcile' as const, republishSince, segments: segmentsOn(target, undefined) };
  const { state, failure } = await runJobTo(target, {}, asked);
  return state === 'done' ? null : (failure ?? 'the reconciliation did not get to its end');
};
