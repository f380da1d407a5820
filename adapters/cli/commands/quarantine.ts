import { Command } from 'commander';
import { type Origin, originText } from '#domain/index.ts';
import type { RetryOutcome } from '../../http/answers/quarantine.ts';
import { type Client, CommandFailed } from '../client.ts';
import { print, printJson } from '../print.ts';

type Listed = {
  readonly id: string;
  readonly type: 'input' | 'record';
  readonly origin: Origin;
  readonly path: string;
  readonly reason: string;
  readonly quarantinedAt: string;
};

export const quarantineCommand = (client: Client): Command =>
  new Command('quarantine')
    .description('what could not be understood, and why')
    .addCommand(listCommand(client), { isDefault: true })
    .addCommand(showCommand(client))
    .addCommand(retryCommand(client))
    .addCommand(dropCommand(client));

const listCommand = (client: Client): Command =>
  new Command('list')
    .description('list it (also without "list")')
    .option('--json', 'print the answer as JSON')
    .action(async (options: { json?: boolean }) => {
      const items: Listed[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const query: string = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
        const page = (await client.get(`/api/quarantine${query}`)) as { items: Listed[]; next: string | null };
        items.push(...page.items);
        after = page.next;
      }
      if (options.json) return printJson(items);
      if (items.length === 0) return print('Nothing is in quarantine.');
      for (const item of items) print(`${item.id}\n  ${item.path}: ${item.reason}${remark(item)}`);
    });

const remark = ({ type }: Listed): string =>
  type === 'record' ? ' (the record is kept, its amount does not count)' : '';

const showCommand = (client: Client): Command =>
  new Command('show')
    .description('one item; the input itself is sealed and not shown')
    .argument('<id>', 'as listed')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const item = (await client.get(`/api/quarantine/${encodeURIComponent(id)}`)) as Listed;
      if (options.json) return printJson(item);
      print(`${item.path}: ${item.reason}${remark(item)}`);
      print(`from ${originText(item.origin)}, in quarantine since ${item.quarantinedAt}`);
    });

const retryCommand = (client: Client): Command =>
  new Command('retry')
    .description('read it again, with the mapping and the code of now')
    .argument('[id]', 'as listed')
    .option('--all', 'everything in quarantine')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string | undefined, options: { all?: boolean; json?: boolean }) => {
      if ((id === undefined) !== (options.all === true)) throw new CommandFailed('Say which: an id, or --all.');
      const path = id === undefined ? '/api/quarantine/retry' : `/api/quarantine/${encodeURIComponent(id)}/retry`;
      const response = await client.request(path, { method: 'POST' });
      const { items } = (await response.json()) as { items: RetryOutcome[] };
      if (options.json) printJson(items);
      else for (const outcome of items) print(`${outcome.id}\n  ${wording(outcome)}`);
      if (items.some(({ type }) => type === 'refusedAgain' || type === 'impossible'))
        throw new CommandFailed('Not everything could be read.');
    });

const wording = (outcome: RetryOutcome): string => {
  switch (outcome.type) {
    case 'mended':
      return 'mended: it was read, and is out of quarantine';
    case 'refusedAgain':
      return `refused again: ${outcome.path}: ${outcome.reason}`;
    case 'waitsForItsSource':
      return 'waits: it ends when a source says something better of the record';
    case 'impossible':
      return `not tried: ${outcome.reason}`;
  }
};

const dropCommand = (client: Client): Command =>
  new Command('drop')
    .description('give it up for good')
    .argument('<id>', 'as listed')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      await client.request(`/api/quarantine/${encodeURIComponent(id)}`, { method: 'DELETE' });
      if (options.json) printJson({ dropped: id });
      else print(`Dropped ${id}.`);
    });
