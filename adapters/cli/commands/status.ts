import { Command } from 'commander';
import type { Client } from '../client.ts';
import { printJson } from '../print.ts';

export const statusCommand = (client: Client): Command =>
  new Command('status')
    .description('show counts, lag, and whether everything delivered has reached the passes')
    .option('--json', 'print the answer as JSON (it always is)')
    .action(async () => printJson(await client.get('/api/status')));
