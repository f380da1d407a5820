import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { Certificate } from '../../http/answers/forgotten.ts';
import { type Client, CommandFailed } from '../client.ts';
import { type Forgetting, openForgetting } from '../forgetting.ts';
import { note, paint, print, printJson, table } from '../print.ts';
import { type TargetOptions, targetOf, withTarget } from '../target.ts';

type Options = TargetOptions & {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly list?: boolean;
  readonly from?: string;
};

export const forgetCommand = (client: Client): Command =>
  withTarget(new Command('forget'))
    .description('destroy what is personal of a member, for good, and certify it')
    .argument('[id]', 'record id of the member, 15 or 18 characters')
    .option('--yes', 'do not ask')
    .option('--list', 'who asked to be forgotten, ever; kept elsewhere it can be given to --from')
    .option('--from <file>', 'forget whoever begins a line of that file, as after a restore; - reads it from stdin')
    .option('--json', 'print the certificate as JSON')
    .addHelpText('after', WHAT_IT_DOES)
    .action(async (id: string | undefined, options: Options) => {
      if ([id, options.list, options.from].filter((one) => one !== undefined).length !== 1)
        throw new CommandFailed('Say the id of a member, or --list, or --from: one of them.');
      const forgetting = await openForgetting(targetOf(client, options));
      try {
        if (options.list === true) await list(forgetting, options);
        else if (options.from !== undefined) await forgetAll(forgetting, await idsIn(options.from), options);
        else if (id !== undefined) await forgetOne(forgetting, id, options);
      } finally {
        forgetting.close();
      }
    });

const WHAT_IT_DOES = `
The member's key is destroyed, so that nothing personal in records and events can be read any more; the pass is void for good; what was kept in clear is
removed. Purchases still count. It cannot be taken back; asked again it goes on where it was interrupted.`;

const forgetOne = async (forgetting: Forgetting, id: string, { yes, json }: Options): Promise<void> => {
  if (yes !== true) await confirm(`Type the id again to forget ${id}: `, id);
  if (process.stderr.isTTY) note(`Forgetting ${id}: ${forgetting.takes}`);
  const certificate = await forgetting.forget(id);
  if (json) printJson(certificate);
  else print(describe(certificate));
  if (!certificate.isClean) throw new CommandFailed('It is forgotten, but not all of it is certified: see above.');
};

/** Each by itself: one that fails keeps none of the others waiting. */
const forgetAll = async (forgetting: Forgetting, ids: readonly string[], { yes, json }: Options): Promise<void> => {
  if (yes !== true) await confirm(`Type ${ids.length} to forget ${ids.length} members: `, String(ids.length));
  if (process.stderr.isTTY) note(`Forgetting ${ids.length} members, ${forgetting.atOnce} at once: ${forgetting.takes}`);
  const waiting = [...ids];
  const certificates: Certificate[] = [];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const certificate = await forgottenOr(forgetting, id);
      if (certificate === null) continue;
      certificates.push(certificate);
      if (json !== true) print([`${id}: ${certificate.eventId}`, ...certificate.pending].join('\n  '));
    }
  };
  await Promise.all(Array.from({ length: forgetting.atOnce }, worker));
  if (json) printJson(certificates);
  const failed = ids.length - certificates.length;
  if (failed > 0) throw new CommandFailed(`${failed} of ${ids.length} could not be forgotten: see above.`);
};

/** null: it could not be done, and it was told why. */
const forgottenOr = async (forgetting: Forgetting, id: string): Promise<Certificate | null> => {
  try {
    return await forgetting.forget(id);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    note(`${id}: ${error.message}`);
    return null;
  }
};

const list = async (forgetting: Forgetting, { json }: Options): Promise<void> => {
  const asked = await forgetting.list();
  if (json) printJson(asked);
  else
    for (const { memberId, askedAt, isSettled } of asked)
      print(`${memberId}  ${askedAt}  ${isSettled ? 'done' : 'something is left to be done'}`);
};

const idsIn = async (path: string): Promise<readonly string[]> => {
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch(() => {
    throw new CommandFailed(`${path} cannot be read.`);
  });
  const ids = text.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
  return [...new Set(ids)];
};

const confirm = async (question: string, expected: string): Promise<void> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CommandFailed('This cannot be taken back: say --yes where nobody can be asked.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`This cannot be taken back. ${question}`);
  terminal.close();
  if (answer.trim() !== expected) throw new CommandFailed('Not forgotten.');
};

const describe = (certificate: Certificate): string => {
  const { memberId, forgottenAt, eventId, values, stores, removed, pending, notCovered, isClean } = certificate;
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
    'Not looked at:',
    ...notCovered.map((line) => `  ${line}`),
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
