import { PipesClient } from '@aws-sdk/client-pipes';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { awsPipes } from '../../pipes/awsPipes.ts';
import { type PipeFailure, pipeFailureText } from '../../pipes/failure.ts';
import type { LocalPipeView } from '../../pipes/localPipeControl.ts';
import {
  isFailedState,
  type PipeControl,
  type PipeView,
  pipeNamed,
  pipeNames,
  type Turned,
} from '../../pipes/pipeControl.ts';
import { physicalName } from '../../topology.ts';
import { progressBar } from '../bar.ts';
import { type Client, CommandFailed } from '../client.ts';
import { note, paint, print, printJson, table } from '../print.ts';
import { servicePipes } from '../servicePipes.ts';
import { type Target, type TargetOptions, targetOf, withTarget } from '../target.ts';

type Options = TargetOptions & { readonly json?: boolean };

export const pipesCommand = (client: Client): Command =>
  new Command('pipes')
    .description('the live pipes: listed, paused, resumed')
    .addCommand(listCommand(client), { isDefault: true })
    .addCommand(turnCommand(client, 'pause', 'deliver nothing until resumed; what comes meanwhile waits'))
    .addCommand(turnCommand(client, 'resume', 'deliver again, what has waited first'));

const listCommand = (client: Client): Command =>
  withTarget(new Command('list'))
    .description('their states (also without "list")')
    .option('--json', 'print the list as JSON')
    .action(async ({ json, ...options }: Options) => {
      const target = targetOf(client, options);
      await withControl(target, async (control) => {
        const listed = orFail(await control.list());
        if (json) printJson(listed);
        else if (listed.length > 0) print(describe(listed));
        const missing = pipeNames.filter((name) => !listed.some((pipe) => pipe.name === name));
        if (missing.length > 0 && target.type === 'aws') {
          const names = missing.map((name) => physicalName(target.prefix, name)).join(', ');
          throw new CommandFailed(
            `Not in this account and region: ${names}. Deployed under another prefix: say --prefix.`,
          );
        }
      });
    });

const turnCommand = (client: Client, verb: 'pause' | 'resume', description: string): Command =>
  withTarget(new Command(verb))
    .description(description)
    .argument('[name]', `${pipeNames.join(', ')}; without it, all of them`)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HOW_LONG)
    .action(async (name: string | undefined, { json, ...options }: Options) => {
      if (name !== undefined && pipeNamed(name) === null)
        throw new CommandFailed(pipeFailureText({ type: 'PipeUnknown', name, known: pipeNames }));
      const names = name === undefined ? pipeNames : [name];
      await withControl(targetOf(client, options), async (control) => {
        if (name === undefined && !json) note(`All live pipes: ${names.join(', ')}.`);
        const results = await turnAll(names, control[verb]);
        if (json)
          printJson(
            results.map(({ name, result }) =>
              E.isRight(result) ? result.right : { name, error: pipeFailureText(result.left) },
            ),
          );
        else for (const { result } of results) if (E.isRight(result)) print(wording(result.right));
        const failures = results.flatMap(({ result }) => (E.isLeft(result) ? [pipeFailureText(result.left)] : []));
        // What concerns all of them (no region, nobody answers) is said once.
        if (failures.length > 0) throw new CommandFailed([...new Set(failures)].join('\n'));
      });
    });

const HOW_LONG = `
Returns once the state is reached: at home at once or after the batch in flight, on AWS after up to two minutes, and a while longer may pass there until
nothing is delivered any more. A pause outlives a restart. Keep it below 23 hours: a stream keeps its records for 24, and a pipe on AWS gives up those older than 23.`;

/** Side by side: on AWS each takes its minute. */
const turnAll = async (names: readonly string[], turn: PipeControl['pause']) => {
  const bar = progressBar('{bar}  {value} of {total} pipes  {duration_formatted}');
  if (bar !== null) process.once('SIGINT', () => process.exit(130));
  bar?.start(names.length, 0, {});
  let reached = 0;
  const turnOne = async (name: string) => {
    const result = await turn(name)();
    bar?.update(++reached);
    return { name, result };
  };
  try {
    return await Promise.all(names.map(turnOne));
  } finally {
    bar?.stop();
  }
};

const withControl = async (target: Target, use: (control: PipeControl) => Promise<void>): Promise<void> => {
  if (target.type === 'service') return use(servicePipes(target.client));
  const client = new PipesClient({});
  try {
    await use(awsPipes({ client, prefix: target.prefix }));
  } finally {
    client.destroy();
  }
};

const orFail = <A>(result: E.Either<PipeFailure, A>): A => {
  if (E.isRight(result)) return result.right;
  throw new CommandFailed(pipeFailureText(result.left));
};

const describe = (pipes: readonly PipeView[]): string => {
  const rows = pipes.map(({ name, current, from, to }) => [name, current, `${from} → ${to}`]);
  const [heading = '', ...lines] = table([['PIPE', 'STATE', 'FROM → TO'], ...rows]).split('\n');
  const remarked = lines.map((line, index) => {
    const remark = remarkOn(pipes[index]);
    return remark === null ? line : `${line}   ${paint('yellow', remark)}`;
  });
  return [paint('dim', heading), ...remarked].join('\n');
};

/** Only what somebody should know. */
const remarkOn = (pipe: (PipeView & Partial<LocalPipeView>) | undefined): string | null => {
  if (pipe === undefined) return null;
  const { current, desired, reason, waiting, retrying } = pipe;
  if (isFailedState(current) || (current === 'STARTING' && reason !== null)) return reason ?? 'AWS gives no reason';
  if (waiting === true) return 'work waits for it';
  if (current === 'RUNNING' && retrying === true) return 'a batch failed and is tried again';
  return current === desired ? null : `to be ${desired}`;
};

const wording = ({ name, current, changed }: Turned): string => {
  const state = current === 'STOPPED' ? 'paused' : 'running';
  return `${name} ${changed ? (current === 'STOPPED' ? 'is paused' : 'is running again') : `was ${state} already`}`;
};
