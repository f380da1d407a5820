import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { type CheckedPackage, checkPackage } from '../../apple/check/checkPackage.ts';
import { defaultCard } from '../../apple/defaultCard.ts';
import { CommandFailed } from '../client.ts';
import { paint, print, printJson } from '../print.ts';
import { passDownloadCommand } from './passDownload.ts';

export const passCommand = (): Command =>
  new Command('pass')
    .description(
      'Apple passes: download one, hold a .pkpass against what Wallet asks for; the built-in card as a template',
    )
    .addCommand(checkCommand())
    .addCommand(templateCommand())
    .addCommand(passDownloadCommand(process.env));

const checkCommand = (): Command =>
  new Command('check')
    .description('check a .pkpass: every file against the manifest, the signature and its chain, keys, fields, images')
    .argument('<file>')
    .option('--root <file>', 'certificate (PEM) that its chain has to end at, such as Apple’s root')
    .option('--json', 'print what was found as JSON')
    .action(async (file: string, { root, json }: { root?: string; json?: boolean }) => {
      const pkpass = await contentOf(file);
      const checked = checkPackage(pkpass, root === undefined ? null : await certificateAt(root));
      if (json) printJson(reportOf(checked));
      else if (E.isRight(checked)) print(describe(checked.right, root !== undefined));
      if (E.isRight(checked)) return;
      const { length } = checked.left;
      const lines = json ? [] : checked.left.map((line) => `  ${line}`);
      throw new CommandFailed([`${file}: ${length === 1 ? '1 problem' : `${length} problems`}`, ...lines].join('\n'));
    });

const templateCommand = (): Command =>
  new Command('template')
    .description('print the built-in card.json, to be changed and put beside destinations.json')
    .option('--json', 'the same: it is JSON')
    .action(() => printJson(defaultCard));

const contentOf = async (path: string): Promise<Buffer> => {
  const content = await readFile(path).catch(() => null);
  if (content === null) throw new CommandFailed(`${path}: no such file`);
  return content;
};

const certificateAt = async (path: string): Promise<X509Certificate> => {
  const content = await contentOf(path);
  try {
    return new X509Certificate(content);
  } catch {
    throw new CommandFailed(`${path}: expected a certificate`);
  }
};

const reportOf = (checked: E.Either<readonly string[], CheckedPackage>) => {
  if (E.isLeft(checked)) return { isGood: false, problems: checked.left };
  const { pass, signer, files } = checked.right;
  const { passTypeIdentifier, teamIdentifier } = pass;
  const times = { signedAt: timeText(signer.signedAt), certificateEndsAt: timeText(signer.notAfter) };
  return { isGood: true, problems: [], passTypeIdentifier, teamIdentifier, ...times, files };
};

const describe = ({ pass, signer, files }: CheckedPackage, isRootKnown: boolean): string =>
  [
    `${paint('green', 'good')}  ${pass.passTypeIdentifier} of team ${pass.teamIdentifier}, ${files.length} files`,
    `signed ${inWords(signer.signedAt)} with a certificate that ends ${inWords(signer.notAfter)}`,
    ...(isRootKnown ? [] : ['the end of its chain was not looked at: name the root certificate with --root']),
  ].join('\n');

const timeText = (at: number): string => new Date(at).toISOString();
const inWords = (at: number): string =>
  timeText(at)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
