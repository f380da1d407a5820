import { Command, type CommanderError } from 'commander';
import { connect } from '#adapters/cli/client.ts';
import { commandsOf } from '#adapters/cli/commands.ts';
import { wordsOf } from './shellWords.ts';

const commands = commandsOf(connect({}), {});

/** What the command line would do with `npx billfold …`: every option, value and argument taken as it takes them, and then nothing done. Throws where it refuses. */
export const readBillfoldCommand = async (line: string): Promise<void> => {
  const [, program, ...words] = wordsOf(line);
  const [name = ''] = words;
  if (program !== 'billfold' || !Object.hasOwn(commands, name)) throw new Error(`${name}: no command of billfold`);
  const command = await commands[name]?.();
  if (command === undefined) throw new Error(`${name}: no command of billfold`);
  const root = idle(new Command('billfold').addCommand(command));
  await root.parseAsync([...words], { from: 'user' }).catch((error: CommanderError) => {
    throw new Error(`${line}: ${error.message}`);
  });
};

/** Refuses by throwing, says nothing, does nothing. */
const idle = (command: Command): Command => {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  for (const sub of command.commands) idle(sub);
  return command;
};
