import { Command } from 'commander';
import { isJsonObject } from '#domain/index.ts';
import { parsedJson } from '../../parsedJson.ts';
import { CommandFailed } from '../client.ts';
import { patternOf, textOf } from '../patternOption.ts';
import { note, print, printJson } from '../print.ts';

type Options = { readonly pattern: string; readonly event: string; readonly pipe?: boolean; readonly json?: boolean };

export const patternCommand = (): Command =>
  new Command('pattern').description('try out EventBridge event patterns').addCommand(
    new Command('test')
      .description('does an event match a pattern? Nothing has to run for that')
      .requiredOption('--pattern <json>', 'the event pattern, or @file')
      .requiredOption('--event <json>', 'the whole event, or @file')
      .option('--pipe', 'as the filter of a pipe, which knows fewer operators than a rule')
      .option('--json', 'print the answer as JSON')
      .addHelpText('after', '\nExit code: 0 it matches, 1 it does not, 2 the pattern or the event is bad.')
      .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : BAD))
      .action(async ({ pattern, event, pipe, json }: Options) => {
        try {
          const matches = (await patternOf(pattern, pipe ? 'pipe' : 'bus'))(await eventOf(event));
          if (json) printJson({ matches });
          else print(matches ? 'match' : 'no match');
          process.exitCode = matches ? 0 : 1;
        } catch (error) {
          if (!(error instanceof CommandFailed)) throw error;
          note(error.message);
          process.exitCode = BAD;
        }
      }),
  );

const BAD = 2;

const eventOf = async (argument: string): Promise<object> => {
  const event = parsedJson(await textOf(argument));
  if (isJsonObject(event)) return event;
  throw new CommandFailed('Bad event: expected a JSON object.');
};
