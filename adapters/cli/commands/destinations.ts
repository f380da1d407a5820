import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { type Destinations, secretsOf } from '../../middleware/destinations.ts';
import { loadDestinations } from '../../middleware/loadDestinations.ts';
import { CommandFailed } from '../client.ts';
import { print, printJson, table } from '../print.ts';

type Options = { readonly json?: boolean };

export const destinationsCommand = (): Command =>
  new Command('destinations').description('where passes and events go: destinations.json').addCommand(
    new Command('check')
      .description('check a destinations.json, with template and images beside it; nothing has to run for that')
      .argument('<file>', 'the file, or the folder that holds it')
      .option('--json', 'print destinations and the names of their secrets as JSON')
      .addHelpText(
        'after',
        '\nNo secret is read and nobody is asked. Exit code: 0 it can be used, 1 it cannot: every problem, with its line.',
      )
      .action(async (file: string, { json }: Options) => {
        const loaded = await loadDestinations(file);
        if (E.isLeft(loaded))
          throw new CommandFailed(
            [
              `${file} cannot be used (${problems(loaded.left.length)}):`,
              ...loaded.left.map((line) => `  ${line}`),
            ].join('\n'),
          );
        const { destinations, design } = loaded.right;
        const found = {
          destinations: described(destinations),
          ...(design !== null && { design: design.own }),
          secrets: secretsOf(destinations),
          dryRun: destinations.dryRun ?? false,
        };
        if (json) return printJson(found);
        print(inWords(found));
      }),
  );

const problems = (count: number): string => (count === 1 ? '1 problem' : `${count} problems`);

type Described = { readonly name: string; readonly to: string; readonly gets: string };

const described = ({ apple, google, webhooks = [] }: Destinations): readonly Described[] => [
  ...(apple === undefined ? [] : [{ name: 'apple', to: apple.apns.url, gets: `passes ${apple.passTypeIdentifier}` }]),
  ...(google === undefined ? [] : [{ name: 'google', to: google.url, gets: `objects of issuer ${google.issuerId}` }]),
  ...webhooks.map(({ name, url, events }) => ({
    ...{ name, to: url, gets: events === undefined ? 'all wallet events' : JSON.stringify(events) },
  })),
];

type Found = {
  readonly destinations: readonly Described[];
  /** Files beside it that passes are drawn with. */
  readonly design?: readonly string[];
  readonly secrets: readonly string[];
  readonly dryRun: boolean;
};

const inWords = ({ destinations, design, secrets, dryRun }: Found): string =>
  [
    destinations.length === 0
      ? 'No destination: events are taken in and delivered nowhere.'
      : table([['DESTINATION', 'TO', 'GETS'], ...destinations.map(({ name, to, gets }) => [name, to, gets])]),
    '',
    ...(design === undefined ? [] : [`Card and images: ${designText(design)}`]),
    `Secrets: ${secrets.length === 0 ? 'none' : secrets.join(', ')}`,
    ...(dryRun ? ['Dry run: everything is made ready, no partner is asked.'] : []),
  ].join('\n');

const designText = (own: readonly string[]): string =>
  own.length === 0 ? 'built in' : `${own.join(', ')}; what is not there is built in`;
