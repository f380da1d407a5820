import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { restoreBackup } from '../../local/restore.ts';
import { CommandFailed } from '../client.ts';
import { mappingOf, mappingOption } from '../mappingOption.ts';
import { note, print, printJson } from '../print.ts';

type Options = { readonly data: string; readonly mapping: string; readonly json?: boolean };

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('make a backup into a data folder, and fold all its passes again')
    .argument('<folder>', 'the backup')
    .option('--data <folder>', 'where to: a folder without a store', '.billfold')
    .addOption(mappingOption())
    .option('--json', 'print what was restored as JSON')
    .addHelpText(
      'after',
      '\nEvery pass gets a revision above any that was published, and goes to the wallets once more when the service starts. What Salesforce said since then is read\n' +
        'again by the next full load. Whoever was forgotten since then is forgotten again when the service starts, where the key file still lay in the folder; without it,\n' +
        'forget them again from your own list: "billfold forget --from <file>", which "billfold forget --list" made.',
    )
    .action(async (folder: string, { data, mapping, json }: Options) => {
      const restored = await restoreBackup({
        ...{ from: folder, dataDir: data, mapping: await mappingOf(mapping), clock: Date.now },
      });
      if (E.isLeft(restored)) throw new CommandFailed(restored.left.message);
      const { takenAt, members, notRebuilt, revisionsAbove, forgottenSince } = restored.right;
      if (json === true) printJson({ folder, data, ...restored.right });
      else print(`${data} is as of ${takenAt}: ${members} members folded again, revisions above ${revisionsAbove}.`);
      if (forgottenSince.length > 0)
        note(`Forgotten since then, and forgotten again when the service starts: ${forgottenSince.join(', ')}.`);
      if (notRebuilt > 0) note(`${notRebuilt} of them could not be folded: see "billfold park" when the service runs.`);
    });
