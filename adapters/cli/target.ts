import { type Command, Option } from 'commander';
import { topology } from '../topology.ts';
import { type Client, CommandFailed } from './client.ts';

/** Where a command goes: a billfold that runs somewhere, or what is deployed on AWS under a prefix. */
export type Target =
  | { readonly type: 'service'; readonly client: Client }
  | { readonly type: 'aws'; readonly prefix: string };

export type TargetOptions = { readonly aws?: boolean; readonly prefix?: string };

/** For every command that can go to AWS. */
export const withTarget = (command: Command): Command =>
  command
    .addOption(new Option('--aws', 'on AWS, not at BILLFOLD_URL; also BILLFOLD_TARGET=aws'))
    .addOption(new Option('--prefix <name>', `of the installation on AWS (default: "${topology.prefix}")`))
    .addHelpText(
      'after',
      '\nRegion, credentials and endpoint of AWS are found as by the AWS CLI: AWS_REGION, AWS_PROFILE, …',
    );

/** Throws CommandFailed where it is not clear where to go. */
export const targetOf = (
  client: Client,
  { aws, prefix }: TargetOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Target => {
  const named = environment.BILLFOLD_TARGET ?? '';
  if (!['', 'service', 'aws'].includes(named))
    throw new CommandFailed('BILLFOLD_TARGET: expected "aws" or "service" (what answers at BILLFOLD_URL).');
  if (aws === true || named === 'aws') return { type: 'aws', prefix: prefix ?? topology.prefix };
  if (prefix !== undefined) throw new CommandFailed('--prefix names an installation on AWS: say --aws with it.');
  return { type: 'service', client };
};
