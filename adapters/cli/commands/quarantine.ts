import { Command } from 'commander';
import { type Origin, originText } from '#domain/index.ts';
import type { Client } from '../client.ts';
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
    .description('list what could not be understood, and why')
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
      for (const { origin, path, reason, type } of items)
        print(
          `${originText(origin)}\n  ${path}: ${reason}${type === 'record' ? ' (the record is kept, this does not count)' : ''}`,
        );
    });
