import { Command } from 'commander';
import type { PageOf } from '../../http/answers/common.ts';
import type { ParkedText, RetriedParked } from '../../http/answers/parked.ts';
import { type Client, CommandFailed } from '../client.ts';
import { print, printJson } from '../print.ts';

export const parkCommand = (client: Client): Command =>
  new Command('park')
    .description('members whose projections failed, and why')
    .addCommand(listCommand(client), { isDefault: true })
    .addCommand(retryCommand(client));

const listCommand = (client: Client): Command =>
  new Command('list')
    .description('list them (also without "list")')
    .option('--json', 'print the answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const items: ParkedText[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const query: string = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
        const page = (await client.get(`/api/parked${query}`)) as PageOf<ParkedText>;
        items.push(...page.items);
        after = page.next;
      }
      if (options.json) return printJson(items);
      if (items.length === 0) return print('Nobody is parked.');
      for (const item of items) print(describe(item));
    });

const describe = ({ memberId, projection, asOf, reason, parkedAt, triedAt, attempts }: ParkedText): string =>
  `${projection}  ${memberId}\n  after version ${asOf}: ${reason}\n  since ${parkedAt}, tried ${attempts === 1 ? 'once' : `${attempts} times`}, the last time ${triedAt}`;

const retryCommand = (client: Client): Command =>
  new Command('retry')
    .description('try all of them again, with the code of now')
    .option('--json', 'print the answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const response = await client.request('/api/parked/retry', { method: 'POST' });
      const retried = (await response.json()) as RetriedParked;
      if (options.json) printJson(retried);
      else printOutcome(retried);
      if (retried.failed.length + retried.parked.length > 0) throw new CommandFailed('Not everything recovered.');
    });

const printOutcome = ({ recovered, failed, parked, next }: RetriedParked): void => {
  for (const { memberId, projection } of recovered) print(`${projection}  ${memberId}\n  recovered`);
  for (const { memberId, reason } of failed) print(`${memberId}\n  could not be looked at: ${reason}`);
  for (const entry of parked) print(describe(entry));
  if (next !== null) print('And more, see "billfold park list".');
  if (recovered.length + failed.length + parked.length === 0) print('Nobody was parked.');
};
