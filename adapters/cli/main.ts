#!/usr/bin/env node
import { Command } from 'commander';
import { CommandFailed, connect } from './client.ts';
import { baselineCommand } from './commands/baseline.ts';
import { diffCommand } from './commands/diff.ts';
import { eventsCommand } from './commands/events.ts';
import { exploreCommand } from './commands/explore.ts';
import { ingestCommand } from './commands/ingest.ts';
import { mappingCommand } from './commands/mapping.ts';
import { memberCommand } from './commands/member.ts';
import { newCommand } from './commands/new.ts';
import { parkCommand } from './commands/park.ts';
import { patternCommand } from './commands/pattern.ts';
import { pipesCommand } from './commands/pipes.ts';
import { promoteCommand } from './commands/promote.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { replayCommand } from './commands/replay.ts';
import { sampleCommand } from './commands/sample.ts';
import { schemasCommand } from './commands/schemas.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { subscribeCommand } from './commands/subscribe.ts';
import { verifyCommand } from './commands/verify.ts';
import { walletEventsCommand } from './commands/walletEvents.ts';
import { whatIfCommand } from './commands/whatIf.ts';
import { whyCommand } from './commands/why.ts';
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
  .addCommand(whyCommand(client))
  .addCommand(eventsCommand(client))
  .addCommand(walletEventsCommand(client))
  .addCommand(replayCommand(client))
  .addCommand(verifyCommand(client))
  .addCommand(diffCommand(client))
  .addCommand(promoteCommand(client))
  .addCommand(whatIfCommand(client))
  .addCommand(reconcileCommand(client))
  .addCommand(subscribeCommand(client))
  .addCommand(patternCommand())
  .addCommand(mappingCommand())
  .addCommand(schemasCommand())
  .addCommand(quarantineCommand(client))
  .addCommand(pipesCommand(client))
  .addCommand(parkCommand(client))
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
