import { AppflowClient } from '@aws-sdk/client-appflow';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Mapping } from '#domain/index.ts';
import { type AppFlow, appFlow, type FlowRun } from '../../appflow/appFlow.ts';
import { type AppFlowFailure, appFlowFailureText, isPassing } from '../../appflow/failure.ts';
import { flowsOf } from '../../appflow/flowsOf.ts';
import { flowPlan } from '../../source/flowPlan.ts';
import { topology } from '../../topology.ts';
import { auditLines, runsOf } from '../audits.ts';
import { type Bar, progressBar } from '../bar.ts';
import { type Client, CommandFailed } from '../client.ts';
import { mappingOf, mappingOption } from '../mappingOption.ts';
import { note, print, printJson } from '../print.ts';
import { targetOf } from '../target.ts';

type Options = {
  readonly mapping: string;
  readonly prefix: string;
  readonly flow?: string;
  readonly follow: boolean;
  readonly audit?: boolean;
  readonly aws?: boolean;
  readonly json?: boolean;
};

export const baselineCommand = (client: Client): Command =>
  new Command('baseline')
    .description('read all of an object: start its on-demand AppFlow flow on AWS and follow it to its end')
    .argument('<object>', 'as the mapping calls it')
    .addOption(mappingOption())
    .option(
      '--flow <name>',
      'the flow to start; else the full load that the mapping declares, the flow it names, or <prefix>-<object>-full',
    )
    .option('--prefix <name>', 'of the installation on AWS', topology.prefix)
    .option('--no-follow', 'start it, and do not wait for its end')
    .option('--audit', 'start nothing: tell what the loads of it showed that events missed, or that is merged wrongly')
    .option('--aws', 'with --audit: of the installation on AWS, not at BILLFOLD_URL; also BILLFOLD_TARGET=aws')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nRegion, credentials and endpoint are found as by the AWS CLI: AWS_REGION, AWS_PROFILE, …')
    .action(async (object: string, { mapping, prefix, flow, follow, json, audit, aws }: Options) => {
      if (audit) {
        const target = targetOf(client, { ...(aws === true && { aws }) });
        const runs = (await runsOf(target, prefix, mapping)).filter((run) => run.object === object);
        if (json) printJson({ object, runs });
        else for (const line of auditLines(object, runs)) print(line);
        return;
      }
      const flows = flow === undefined ? flowsToStart(await mappingOf(mapping), prefix, object) : [flow];
      const appflow = new AppflowClient({});
      try {
        const runs = await runAll(appFlow(appflow), flows, follow, json === true);
        if (json) printJson({ object, runs });
        if (runs.some(({ status }) => status !== 'Successful' && status !== 'Started')) process.exitCode = 1;
      } finally {
        appflow.destroy();
      }
    });

const flowsToStart = (mapping: Mapping, prefix: string, object: string): readonly string[] => {
  if (!Object.hasOwn(mapping.objects, object)) {
    const known = Object.keys(mapping.objects).join(', ');
    throw new CommandFailed(`${object} is no object of the mapping (${known}).`);
  }
  const named = flowsOf(mapping, object);
  if (named.type === 'all') return named.flows;
  const deployed = flowPlan(mapping, prefix).find((flow) => flow.object === object && flow.trigger === 'onDemand');
  if (named.type === 'none' && deployed !== undefined) return [deployed.name];
  throw new CommandFailed(
    named.type === 'none'
      ? `The mapping names no flow for ${object}, and its "feeds" leave out the full one: change that, or say --flow NAME.`
      : `The mapping names several flows for ${object} (${named.flows.join(', ')}): say --flow NAME, or declare in "fullLoads" which read all of it.`,
  );
};

/** How a run went, as it is told. Started: nobody waited for its end. Lost: AppFlow does not tell of it any more. */
type Outcome = Pick<FlowRun, 'executionId' | 'recordsProcessed' | 'putFailures' | 'reason'> & {
  readonly flow: string;
  readonly status: FlowRun['status'] | 'Started' | 'Lost';
};

/** All are started before the first is followed: together they are one load, and it should be of one time. */
const runAll = async (
  aws: AppFlow,
  flows: readonly string[],
  follow: boolean,
  isQuiet: boolean,
): Promise<readonly Outcome[]> => {
  const started: Outcome[] = [];
  for (const flow of flows) {
    const executionId = orFail(await aws.start(flow)(), started);
    started.push({ flow, executionId, status: 'Started', recordsProcessed: null, putFailures: 0, reason: null });
    if (!isQuiet) note(`Started ${flow} (run ${executionId}).`);
  }
  if (!follow) return started;
  const bar = progressBar('{flow}  {bar}  {progress}  {elapsed} s');
  if (bar !== null) process.once('SIGINT', () => process.exit(130));
  const ended: Outcome[] = [];
  for (const run of started) {
    const outcome = await toItsEnd(aws, run, bar);
    ended.push(outcome);
    if (!isQuiet || outcome.status !== 'Successful') (isQuiet ? note : print)(wording(outcome));
  }
  return ended;
};

/** Throws what AppFlow said; where other flows of the same load were started before, they go on, and that is said too. */
const orFail = <A>(result: E.Either<AppFlowFailure, A>, started: readonly Outcome[]): A => {
  if (E.isRight(result)) return result.right;
  const others = started.map(({ flow, executionId }) => `${flow} (run ${executionId})`).join(', ');
  throw new CommandFailed(appFlowFailureText(result.left) + (others === '' ? '' : ` Goes on at AWS: ${others}.`));
};

/** From a look at once to one every ten seconds: a run takes from a minute to hours. */
const FIRST_LOOK_MS = 250;
const SLOWEST_LOOK_MS = 10_000;
/** So many looks in a row may fail, or find no such run, before it is given up: about a minute. */
const VAIN_LOOKS = 10;

const toItsEnd = async (aws: AppFlow, run: Outcome, bar: Bar | null): Promise<Outcome> => {
  const { flow, executionId } = run;
  const since = performance.now();
  const usual = bar === null ? null : await usualRecords(aws, flow);
  const shown = showOn(bar, flow, usual, since);
  try {
    let inVain = 0;
    for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, SLOWEST_LOOK_MS)) {
      const looked = await aws.findRun(flow, (listed) => listed.executionId === executionId)();
      if (E.isLeft(looked) && (!isPassing(looked.left) || inVain >= VAIN_LOOKS)) orFail(looked, [run]);
      const found = E.isRight(looked) ? looked.right : null;
      inVain = found === null ? inVain + 1 : 0;
      if (found === null && inVain > VAIN_LOOKS)
        return { ...run, status: 'Lost', reason: 'AppFlow does not list this run' };
      if (found !== null && hasEnded(found)) {
        const { status, recordsProcessed, putFailures, reason } = found;
        return { ...run, status, recordsProcessed, putFailures, reason };
      }
      shown.update(found?.recordsProcessed ?? null);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  } finally {
    shown.stop();
  }
};

/** A status that nobody knows yet may be one on the way: it is waited for. */
const hasEnded = ({ status }: FlowRun): boolean =>
  status === 'Successful' || status === 'Error' || status === 'Canceled';

/** How many records there were last time: AppFlow does not tell how many there will be. */
const usualRecords = async (aws: AppFlow, flow: string): Promise<number | null> => {
  const before = await aws.findRun(
    flow,
    ({ status, recordsProcessed }) => status === 'Successful' && recordsProcessed !== null,
  )();
  return E.isRight(before) ? (before.right?.recordsProcessed ?? null) : null;
};

const TICK_MS = 500;

/** Records where they are told, and the time in any case; the bar fills by what a run before had to read. */
const showOn = (bar: Bar | null, flow: string, usual: number | null, since: number) => {
  let records: number | null = null;
  const payload = () => ({
    flow,
    progress: records === null ? 'running' : `${records} records`,
    elapsed: Math.floor((performance.now() - since) / 1000),
  });
  bar?.start(usual ?? 1, 0, payload());
  const draw = (): void => bar?.update(usual === null ? 0 : Math.min(records ?? 0, usual), payload());
  const ticking = bar === null ? undefined : setInterval(draw, TICK_MS);
  return {
    update: (told: number | null): void => {
      records = told ?? records;
      draw();
    },
    stop: (): void => {
      clearInterval(ticking);
      bar?.stop();
    },
  };
};

const wording = ({ flow, executionId, status, recordsProcessed, putFailures, reason }: Outcome): string => {
  const counted = [
    ...(recordsProcessed === null ? [] : [`${recordsProcessed} records`]),
    ...(putFailures === 0 ? [] : [`${putFailures} could not be written`]),
  ].join(', ');
  const told = [counted, reason ?? ''].filter((part) => part !== '').join(': ');
  return `${flow}: run ${executionId} ${HOW[status]}${told === '' ? '' : `: ${told}`}`;
};

const HOW: Readonly<Record<Outcome['status'], string>> = {
  Started: 'was started',
  Successful: 'was successful',
  Error: 'failed',
  Canceled: 'was cancelled',
  CancelStarted: 'is being cancelled',
  InProgress: 'is on its way',
  Lost: 'was lost sight of',
  Unknown: 'ended in a way that is not known here',
};
