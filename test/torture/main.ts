import { Command, InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import type { Operation } from '#test/support/operations.ts';
import { faultsOf, type Run, runArb } from '#test/support/wholeSystem.ts';
import type { WireItem } from '#test/support/wire.ts';

/**
 * `npm run torture -- --histories 100000 --seed 7`: random histories of an org, delivered badly, through the whole system with
 * lost requests and killed workers. Prints the smallest history that goes wrong, and the command that plays it again.
 */
const wholeNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

type Options = {
  readonly histories: number;
  readonly seed: number;
  readonly length: number;
  readonly faults: number;
  readonly path?: string;
};

const main = async ({ histories, seed, length, faults, path }: Options): Promise<number> => {
  const startedAt = performance.now();
  let played = 0;
  const property = fc.asyncProperty(runArb(length), async (run) => {
    played += 1;
    if (played % REPORT_EVERY === 0) note(`${played} histories, ${rate(played, startedAt)}`);
    return (await faultsOf(run, faults)).length === 0;
  });
  const settings = { numRuns: histories, seed, ...(path === undefined ? {} : { path, endOnFailure: false }) };
  const result = await fc.check(property, settings);
  if (!result.failed) {
    note(
      `${result.numRuns} histories of up to ${length} operations (seed ${seed}, ${faults} % faults): all true, ${rate(played, startedAt)}.`,
    );
    return 0;
  }
  const [smallest] = result.counterexample ?? [];
  note(`Wrong after ${result.numRuns} histories and ${result.numShrinks} steps of shrinking.\n`);
  if (smallest !== undefined) note(await describe(smallest, faults));
  note(
    `\nAgain: npm run torture -- --seed ${result.seed} --path ${result.counterexamplePath} --length ${length} --faults ${faults}`,
  );
  return 1;
};

const REPORT_EVERY = 5_000;
const rate = (played: number, startedAt: number): string =>
  `${Math.round(played / ((performance.now() - startedAt) / 1000))} a second`;
const note = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const describe = async (run: Run, faults: number): Promise<string> =>
  [
    'What happened in the org:',
    ...run.history.map((operation) => `  ${operationLine(operation)}`),
    'What arrived, in this order:',
    ...run.deliveries.map((item) => `  ${itemLine(item)}`),
    `What is wrong (scheduler seed ${run.seed}):`,
    ...(await faultsOf(run, faults)).map((fault) => `  ${fault}`),
  ].join('\n');

const operationLine = ({ afterSeconds, ...operation }: Operation): string =>
  `+${afterSeconds} s  ${JSON.stringify(operation)}`;

const itemLine = (item: WireItem): string =>
  item.type === 'event'
    ? `event  ${item.entry.DetailType}  ${item.entry.Detail}`
    : `file   ${item.object} extracted ${new Date(item.extractedAtMs).toISOString()}\n           ${item.text.trim().replaceAll('\n', '\n           ')}`;

const command = new Command('torture')
  .option('--histories <n>', 'how many', wholeNumber, 20_000)
  .option('--seed <n>', 'of the generator', wholeNumber, Date.now() % 1_000_000)
  .option('--length <n>', 'operations in a history, at most', wholeNumber, 40)
  .option('--faults <percent>', 'of requests and answers lost', wholeNumber, 6)
  .option('--path <path>', 'of one failing history, as a failing run prints it')
  .action(async (options: Options) => {
    process.exitCode = await main(options);
  });
await command.parseAsync();
