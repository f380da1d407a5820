#!/usr/bin/env node
// Started by billfold.js. The line above is for who ran `npx billfold` when package.json still named this file: npm's cache goes on linking to it.
import { Command } from 'commander';
import { CommandFailed, connect } from './client.ts';
import { commandsOf } from './commands.ts';
import { note } from './print.ts';

const commands = commandsOf(connect(process.env), process.env);

const program = new Command('billfold')
  .description('What Salesforce knows about a loyalty member, as a live wallet pass.')
  .addHelpText(
    'after',
    `
Commands that need a running billfold talk to BILLFOLD_URL (http://127.0.0.1:8400), with the token in BILLFOLD_TOKEN where it asks for one, those about
deliveries to the middleware at BILLFOLD_MIDDLEWARE_URL (http://127.0.0.1:8402), with the key in BILLFOLD_OPERATOR_KEY.`,
  )
  .showHelpAfterError();

/** Whoever names none, or none that there is, is shown all. */
const [, , named = ''] = process.argv;
const shown = Object.hasOwn(commands, named) ? [commands[named]] : Object.values(commands);
for (const command of await Promise.all(shown.map((load) => load?.())))
  if (command !== undefined) program.addCommand(command);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  note(error.message);
  process.exitCode = 1;
}
