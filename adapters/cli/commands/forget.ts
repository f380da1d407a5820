import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { Certificate } from '../../http/answers/forgotten.ts';
import { type Client, CommandFailed } from '../client.ts';
import { note, paint, print, printJson, table } from '../print.ts';

export const forgetCommand = (client: Client): Command =>
  new Command('forget')
    .description('destroy what is personal of a member, for good, and certify it')
    .argument('<id>', 'record id of the member, 15 or 18 characters')
    .option('--yes', 'do not ask')
    .option('--json', 'print the certificate as JSON')
    .addHelpText('after', WHAT_IT_DOES)
    .action(async (id: string, options: { yes?: boolean; json?: boolean }) => {
      const path = `/api/members/${encodeURIComponent(id)}`;
      if (options.yes !== true) await confirm(id);
      if (process.stderr.isTTY) note(`Forgetting ${id}, then looking at everything that is stored …`);
      const response = await client.request(`${path}/forget`, { method: 'POST' });
      const certificate = (await response.json()) as Certificate;
      if (options.json) printJson(certificate);
      else print(describe(certificate));
      if (!certificate.isClean) throw new CommandFailed('It is forgotten, but not all of it is certified: see above.');
    });

const WHAT_IT_DOES = `
The member's key is destroyed, so that nothing personal in records and events can be read any more; the pass is void for good; what was kept in clear is
removed. Purchases still count. It cannot be taken back; asked again it goes on where it was interrupted.`;

const confirm = async (id: string): Promise<void> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CommandFailed('This cannot be taken back: say --yes where nobody can be asked.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`This cannot be taken back. Type the id again to forget ${id}: `);
  terminal.close();
  if (answer.trim() !== id) throw new CommandFailed('Not forgotten.');
};

const describe = (certificate: Certificate): string => {
  const { memberId, forgottenAt, eventId, values, stores, removed, pending, isClean } = certificate;
  const rows = stores.map(({ store, items, bytes, found, alike, where }) => [
    store,
    `${items} items`,
    `${bytes} bytes`,
    found === 0 ? paint('green', 'nothing') : paint('red', `${found} found: ${where.join(', ')}`),
    alike === 0 ? '' : `${alike} alike, of others`,
  ]);
  const taken = Object.entries(removed).filter(([, count]) => count > 0);
  return [
    `${memberId} was forgotten on ${forgottenAt} by ${eventId}.`,
    lookedFor(values),
    table(rows),
    ...(taken.length === 0 ? [] : [`Removed: ${taken.map(([what, count]) => `${count} ${NAMES[what]}`).join(', ')}.`]),
    ...pending.map((line) => paint('yellow', line)),
    isClean
      ? paint('green', 'Nothing personal was found.')
      : paint('yellow', 'It is not certified that nothing is left.'),
  ].join('\n');
};

const lookedFor = ({ lookedFor, tooShort, keyWasGone }: Certificate['values']): string =>
  keyWasGone
    ? 'The key was destroyed before, so nobody knows any more what to look for.'
    : `Looked for ${lookedFor} personal ${lookedFor === 1 ? 'value' : 'values'}${tooShort === 0 ? '' : `; ${tooShort} are too short to look for`}.`;

const NAMES: Readonly<Record<string, string>> = {
  walletEvents: 'wallet events',
  deadLetters: 'dead letters',
  quarantined: 'texts in quarantine',
  rows: 'rows of files',
  devices: 'registered devices',
  events: 'events of others',
  states: 'states of old versions',
} satisfies Readonly<Record<keyof Certificate['removed'], string>>;
