import type { Command } from 'commander';
import type { Client } from './client.ts';

type Environment = Readonly<Record<string, string | undefined>>;
/** By name, each loaded when it is asked for. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** In the order of the help. Each with what it needs and nothing else: AWS clients and the service itself take half a second to load. */
export const commandsOf = (client: Client, environment: Environment): Commands => ({
  start: async () => (await import('./commands/start.ts')).startCommand(),
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand(client),
  explore: async () => (await import('./commands/explore.ts')).exploreCommand(),
  baseline: async () => (await import('./commands/baseline.ts')).baselineCommand(client),
  member: async () => (await import('./commands/member.ts')).memberCommand(client),
  why: async () => (await import('./commands/why.ts')).whyCommand(client),
  events: async () => (await import('./commands/events.ts')).eventsCommand(client),
  'wallet-events': async () => (await import('./commands/walletEvents.ts')).walletEventsCommand(client),
  replay: async () => (await import('./commands/replay.ts')).replayCommand(client),
  verify: async () => (await import('./commands/verify.ts')).verifyCommand(client),
  diff: async () => (await import('./commands/diff.ts')).diffCommand(client),
  promote: async () => (await import('./commands/promote.ts')).promoteCommand(client),
  'what-if': async () => (await import('./commands/whatIf.ts')).whatIfCommand(client),
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand(client),
  subscribe: async () => (await import('./commands/subscribe.ts')).subscribeCommand(client, environment),
  pattern: async () => (await import('./commands/pattern.ts')).patternCommand(),
  mapping: async () => (await import('./commands/mapping.ts')).mappingCommand(),
  schemas: async () => (await import('./commands/schemas.ts')).schemasCommand(client),
  destinations: async () => (await import('./commands/destinations.ts')).destinationsCommand(),
  deliveries: async () => (await import('./commands/deliveries.ts')).deliveriesCommand(environment),
  quarantine: async () => (await import('./commands/quarantine.ts')).quarantineCommand(client),
  pipes: async () => (await import('./commands/pipes.ts')).pipesCommand(client),
  'dead-letters': async () => (await import('./commands/deadLetters.ts')).deadLettersCommand(client),
  park: async () => (await import('./commands/park.ts')).parkCommand(client),
  forget: async () => (await import('./commands/forget.ts')).forgetCommand(client),
  pass: async () => (await import('./commands/pass.ts')).passCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(client),
  backup: async () => (await import('./commands/backup.ts')).backupCommand(),
  restore: async () => (await import('./commands/restore.ts')).restoreCommand(),
  sample: async () => (await import('./commands/sample.ts')).sampleCommand(),
  new: async () => (await import('./commands/new.ts')).newCommand(),
});
