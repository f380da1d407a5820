import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_MEMBERS, sampleOrg } from '../../sample/org.ts';
import { print } from '../print.ts';

export const sampleCommand = (): Command =>
  new Command('sample')
    .description('write the sample org as AppFlow files and change events, to look at or to drop into an inbox')
    .argument('<folder>', 'made if it does not exist')
    .option('--members <n>', 'how many members', wholeNumber, DEFAULT_MEMBERS)
    .option('--seed <n>', 'the same seed gives the same org', wholeNumber, 1)
    .option('--until <date>', 'the last day of its year (default: today)', dateAtMidnight)
    .option('--json', 'print what was written as JSON')
    .action(async (folder: string, options: { members: number; seed: number; until?: number; json?: boolean }) => {
      const until = options.until ?? new Date().setUTCHours(0, 0, 0, 0);
      const events: string[] = [];
      let files = 0;
      for (const step of sampleOrg({ seed: options.seed, members: options.members, until })) {
        if (step.type === 'events') {
          for (const entry of step.entries) events.push(JSON.stringify(entry));
          continue;
        }
        const path = join(folder, 'inbox', step.object, step.executionId, step.fileName);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, step.lines);
        files += 1;
      }
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'put-events.jsonl'), `${events.join('\n')}\n`);
      if (options.json) print(JSON.stringify({ folder, files, events: events.length }));
      else
        print(
          `${files} files in ${join(folder, 'inbox')}, ${events.length} PutEvents entries in ${join(folder, 'put-events.jsonl')}`,
        );
    });

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const dateAtMidnight = (text: string): number => {
  const at = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at))
    throw new InvalidArgumentError('expected a date such as 2026-03-01');
  return at;
};
