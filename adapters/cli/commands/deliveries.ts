import { Command, Option } from 'commander';
import type { MemberDelivery } from '../../middleware/deliveriesApi.ts';
import type { DeliveryText } from '../../middleware/deliveryText.ts';
import type { DestinationText } from '../../middleware/destinationText.ts';
import type { Redriven } from '../../middleware/redrive.ts';
import { type Client, CommandFailed, connectMiddleware } from '../client.ts';
import { deliveryLines, memberLines, overviewLines } from '../deliveryLines.ts';
import { note, print, printJson } from '../print.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

export const deliveriesCommand = (environment: Environment): Command =>
  new Command('deliveries')
    .description('what became of passes at Apple, Google and webhooks, and why not')
    .addCommand(listCommand(environment), { isDefault: true })
    .addCommand(redriveCommand(environment));

type ListOptions = {
  readonly member?: string;
  readonly destination?: string;
  readonly state?: string;
  readonly json?: boolean;
};

const listCommand = (environment: Environment): Command =>
  new Command('list')
    .description('each destination with what waits; of one member everything (also without "list")')
    .option('--member <id>', 'what each destination and each phone was sent, answered and fetched, and why not')
    .option('--destination <name>', 'single deliveries to that one: apple, google, or a webhook')
    .addOption(new Option('--state <state>', 'which of them').choices(['waiting', 'confirming', 'dead']))
    .option('--json', 'print the answer as JSON')
    .action(async ({ member, destination, state, json }: ListOptions) => {
      if (member !== undefined && (destination !== undefined || state !== undefined))
        throw new CommandFailed('Either --member, or --destination and --state: not both.');
      const client = connectMiddleware(environment);
      if (member !== undefined) return ofMember(client, member, json);
      const names = destination === undefined && state !== undefined ? await namesOf(client) : [destination ?? ''];
      if (destination === undefined && state === undefined) return overview(client, json);
      return ofDestinations(client, names, state ?? 'waiting', json);
    });

const overview = async (client: Client, json?: boolean): Promise<void> => {
  const { items } = (await client.get('/api/destinations')) as Page<DestinationText>;
  if (json) return printJson(items);
  if (items.length === 0) return print('Nothing is delivered: no destination is configured.');
  for (const line of overviewLines(items, Date.now())) print(line);
};

const namesOf = async (client: Client): Promise<readonly string[]> =>
  ((await client.get('/api/destinations')) as Page<DestinationText>).items.map(({ name }) => name);

const ofMember = async (client: Client, member: string, json?: boolean): Promise<void> => {
  const path = `/api/deliveries?member=${encodeURIComponent(member)}`;
  const { items } = (await client.get(path)) as Page<MemberDelivery>;
  if (json) printJson(items);
  else for (const line of items.flatMap((item) => memberLines(item, Date.now()))) print(line);
};

/** Page by page, and printed as they come: there may be many. As JSON a list, whole. */
const ofDestinations = async (
  client: Client,
  names: readonly string[],
  state: string,
  json?: boolean,
): Promise<void> => {
  const all: DeliveryText[] = [];
  let count = 0;
  for (const name of names)
    for (let after: string | null = ''; after !== null; ) {
      const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const path = `/api/deliveries?destination=${encodeURIComponent(name)}&state=${state}${cursor}`;
      const page = (await client.get(path)) as Page<DeliveryText>;
      count += page.items.length;
      if (json) all.push(...page.items);
      else for (const line of page.items.flatMap((item) => deliveryLines(item, Date.now()))) print(line);
      after = page.next;
    }
  if (json) printJson(all);
  else if (count === 0) print(`None is ${state}.`);
};

type RedriveOptions = {
  readonly member?: string;
  readonly destination?: string;
  readonly whole?: boolean;
  readonly json?: boolean;
};

const redriveCommand = (environment: Environment): Command =>
  new Command('redrive')
    .description('send again what was given up: of a destination, of a member, or of both')
    .option('--destination <name>', 'what is dead there')
    .option('--member <id>', 'what is not delivered of that member')
    .option('--whole', 'with --member: also what was delivered')
    .option('--json', 'print the answer as JSON')
    .action(async ({ json, ...asked }: RedriveOptions) => {
      if (asked.member === undefined && asked.destination === undefined)
        throw new CommandFailed('Say which: --destination, --member, or both.');
      const client = connectMiddleware(environment);
      let redriven = 0;
      for (let after: string | null = ''; after !== null; ) {
        const page: Redriven = await redrivePage(client, after === '' ? asked : { ...asked, after });
        redriven += page.redriven;
        after = page.next;
        if (after !== null && process.stderr.isTTY) note(`${redriven} so far`);
      }
      if (json) printJson({ redriven });
      else
        print(
          redriven === 0 ? 'Nothing was to be sent again.' : `${redriven} wait to be sent again, in the bulk lane.`,
        );
    });

const redrivePage = async (client: Client, body: object): Promise<Redriven> => {
  const response = await client.request('/api/deliveries/redrive', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Redriven;
};
