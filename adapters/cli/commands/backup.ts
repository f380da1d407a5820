import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { backUp } from '../../local/backup.ts';
import { CommandFailed } from '../client.ts';
import { print, printJson } from '../print.ts';

export const backupCommand = (): Command =>
  new Command('backup')
    .description('copy a data folder as of one instant, while it is worked in')
    .argument('<folder>', 'where the copy goes: a new folder')
    .option('--data <folder>', 'what is copied', '.billfold')
    .option('--json', 'print what was copied as JSON')
    .addHelpText(
      'after',
      '\nThe copy holds the keys of all members: keep it as safe as the data folder, and no longer than you need it.',
    )
    .action(async (folder: string, { data, json }: { data: string; json?: boolean }) => {
      const taken = await backUp(data, folder, Date.now());
      if (E.isLeft(taken)) throw new CommandFailed(taken.left.message);
      if (json === true) return printJson({ folder, ...taken.right });
      print(`${folder} holds ${data} as of ${taken.right.takenAt}.`);
    });
