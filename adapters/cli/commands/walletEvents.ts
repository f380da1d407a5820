import { Command } from 'commander';
import type { CarriedEvent } from '../../http/answers/busEvents.ts';
import type { Client } from '../client.ts';
import { wholeNumber } from '../options.ts';
import { print } from '../print.ts';
import { walletLine } from '../walletLine.ts';

export const walletEventsCommand = (client: Client): Command =>
  new Command('wallet-events')
    .description('list what the wallet bus has carried, oldest first')
    .option('--after <sequence>', 'only what came after this sequence number', wholeNumber, 0)
    .option('--follow', 'go on as events happen; Ctrl-C ends it')
    .option('--json', 'print each event as one line of JSON')
    .action(async (options: { after: number; follow?: boolean; json?: boolean }) => {
      let after = options.after;
      for (;;) {
        const page = (await client.get(`/api/wallet-events?after=${after}`)) as {
          items: CarriedEvent[];
          next: string | null;
        };
        for (const event of page.items) print(options.json ? JSON.stringify(event) : walletLine(event));
        after = page.items.at(-1)?.sequence ?? after;
        if (page.next !== null) continue;
        if (!options.follow) return;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    });
