import { type Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { type Client, CommandFailed } from '#adapters/cli/client.ts';
import { commandsOf } from '#adapters/cli/commands.ts';
import { textArb } from '../mutations.ts';
import { oddKeys } from '../odd.ts';
import type { Decoder, Outcome, Target } from '../target.ts';

/** Those that ask a running billfold and do nothing else are played to their question; of the others what the arguments say. */
const PLAYED: ReadonlySet<string> = new Set(['member', 'why', 'events', 'quarantine', 'park']);

const MEMBER = '0038d0000000007AAA';
const lines: readonly (readonly string[])[] = [
  ['start', '--empty', '--port', '8400', '--host', '127.0.0.1', '--members', '10'],
  ['ingest', 'Order-1.jsonl', '--object', 'Order'],
  ['member', MEMBER, '--at', '2026-03-01T12:00:00Z', '--json'],
  ['member', MEMBER, '--at-version', '3'],
  ['why', MEMBER, 'tier.name', '--at', '2026-03-01'],
  ['events', MEMBER, '--json'],
  ['wallet-events', MEMBER],
  ['replay', '--pushes', '10'],
  ['diff', '--sample', '1%'],
  ['promote', 'tier@2'],
  ['reconcile', '--since', '2026-03-01T12:00:00Z'],
  ['subscribe', '--pattern', '{"source":["a"]}', '--to', 'http://127.0.0.1:3000/events', '--after', '12'],
  ['pattern', 'test', '--pattern', '{"source":["a"]}', '--event', '{"source":"a"}'],
  ['mapping', 'check', '--mapping', 'retail'],
  ['quarantine', 'list'],
  ['quarantine', 'retry', 'input: event 1: detail'],
  ['deliveries', '--member', MEMBER, '--state', 'dead'],
  ['pipes', 'pause', 'poke'],
  ['park', 'list'],
  ['baseline', '--since', '2026-03-01'],
];

/** A command line of which words are others, twice there, not there, or options of somebody else. */
const argumentsArb: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom(...lines),
    fc.array(
      fc.tuple(
        fc.nat({ max: 10 }),
        fc.nat({ max: 1 }),
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...lines.flat()).map((word) => [word]) },
          { weight: 6, arbitrary: textArb(lines.flat()).map((word) => [word]) },
          {
            weight: 2,
            arbitrary: fc
              .constantFrom(
                ...oddKeys,
                '--',
                '-',
                '--help',
                '-h',
                '--no-follow',
                '--__proto__',
                '--constructor=1',
                '@/dev/null',
              )
              .map((word) => [word]),
          },
          { weight: 1, arbitrary: fc.constant([]) },
        ),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([line, edits]) =>
    edits.reduce<readonly string[]>(
      (words, [at, removed, added]) => words.toSpliced(at % (words.length + 1), removed, ...added),
      line,
    ),
  );

const nobody: Client = {
  get: async () => {
    throw new CommandFailed('Nothing answers.');
  },
  request: async () => {
    throw new CommandFailed('Nothing answers.');
  },
};

/** Its mistakes are thrown, and nothing is printed. */
const silenced = (command: Command, isPlayed: boolean): Command => {
  command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (!isPlayed && command.commands.length === 0) command.action(() => undefined);
  for (const inner of command.commands) silenced(inner, isPlayed);
  return command;
};

const open = async (): Promise<Decoder<readonly string[]>> => {
  const commands = commandsOf(nobody, {});
  const loaded = new Map<string, Command>();
  for (const [name, load] of Object.entries(commands)) loaded.set(name, silenced(await load(), PLAYED.has(name)));
  return {
    play: async (typed): Promise<Outcome> => {
      // As an operating system hands words over: no NUL, and what is no UTF-8 was replaced.
      const [name = '', ...words] = typed.map((word) => word.replaceAll('\0', '').toWellFormed());
      const command = loaded.get(name);
      if (command === undefined) return { type: 'refused' };
      try {
        await command.parseAsync(words, { from: 'user' });
        return { type: 'value', made: command.opts() };
      } catch (error) {
        if (error instanceof CommandFailed || error instanceof CommanderError) return { type: 'refused' };
        throw error;
      }
    },
  };
};

export const cli: Target<readonly string[]> = {
  name: 'cli',
  about: 'the arguments of every command',
  inputs: argumentsArb,
  found: {},
  open,
  show: (words) => JSON.stringify(words),
};
