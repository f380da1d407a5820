import { Command } from 'commander';
import { type DomainEvent, type Origin, originText } from '#domain/index.ts';
import type { Client } from '../client.ts';
import { print, printJson, table } from '../print.ts';

type Listed = DomainEvent & { readonly version: number; readonly recordedAt: string; readonly origin: Origin };

export const eventsCommand = (client: Client): Command =>
  new Command('events')
    .description("list a member's domain events, oldest first")
    .argument('<id>', 'record id of the member (retail: of the Contact), 15 or 18 characters')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const items: Listed[] = [];
      for (let after: string | null = '0'; after !== null; ) {
        const page = (await client.get(`/api/members/${encodeURIComponent(id)}/events?after=${after}`)) as {
          items: Listed[];
          next: string | null;
        };
        items.push(...page.items);
        after = page.next;
      }
      if (options.json) return printJson(items);
      print(
        table(
          items.map((event) => [
            String(event.version),
            event.recordedAt,
            event.type,
            subjectOf(event),
            originText(event.origin),
          ]),
        ),
      );
    });

const subjectOf = (event: DomainEvent): string => {
  if ('purchaseId' in event) return event.purchaseId;
  if ('grantId' in event) return event.grantId;
  if ('recordId' in event) return event.recordId;
  if ('tierId' in event) return event.tierId;
  return 'definitionId' in event ? event.definitionId : '';
};
