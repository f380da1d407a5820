#!/usr/bin/env node
import { Command } from 'commander';
import { CommandFailed, connect } from './client.ts';
import { baselineCommand } from './commands/baseline.ts';
import { eventsCommand } from './commands/events.ts';
import { exploreCommand } from './commands/explore.ts';
import { ingestCommand } from './commands/ingest.ts';
import { memberCommand } from './commands/member.ts';
import { newCommand } from './commands/new.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { sampleCommand } from './commands/sample.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { walletEventsCommand } from './commands/walletEvents.ts';
import { note } from './print.ts';

const client = connect(process.env);

const program = new Command('billfold')
  .description('What Salesforce knows about a loyalty member, as a live wallet pass.')
  .addHelpText('after', '\nCommands that need a running billfold talk to BILLFOLD_URL (http://127.0.0.1:8400).')
  .showHelpAfterError()
  .addCommand(startCommand())
  .addCommand(ingestCommand(client))
  .addCommand(exploreCommand())
  .addCommand(baselineCommand())
  .addCommand(memberCommand(client))
  .addCommand(eventsCommand(client))
  .addCommand(walletEventsCommand(client))
  .addCommand(quarantineCommand(client))
  .addCommand(statusCommand(client))
  .addCommand(sampleCommand())
  .addCommand(newCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandFailed)) throw error;
  note(error.message);
  process.exitCode = 1;
}
