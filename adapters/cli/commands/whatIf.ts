import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type AnyProjection,
  failureText,
  lineupsWith,
  ownerOf,
  refOf,
  segmentsOf,
  type Tally,
  totalOf,
  walkLog,
  whatIf,
} from '#domain/index.ts';
import { loadProjection } from '../../projection/loadProjection.ts';
import { progressBar } from '../bar.ts';
import { type Client, CommandFailed } from '../client.ts';
import { diffReport } from '../diffReport.ts';
import { type OpenStore, openStore } from '../openStore.ts';
import { wholeNumber } from '../options.ts';
import { note, print, printJson } from '../print.ts';

type Options = {
  readonly projection: string;
  readonly sample?: number;
  readonly segments: number;
  readonly json?: boolean;
};

export const whatIfCommand = (client: Client): Command =>
  new Command('what-if')
    .description('which passes would differ with a projection that nobody registered yet; writes nothing')
    .requiredOption('--projection <file>', 'a TypeScript file that exports a projection')
    .option('--sample <n>', 'look at this many members only', wholeNumber)
    .option('--segments <n>', 'parts of the log that are read side by side', wholeNumber, 4)
    .option('--json', 'print the result as JSON')
    .action(async ({ projection: file, sample, segments, json }: Options) => {
      if (sample === 0 || segments < 1) throw new CommandFailed('--sample and --segments: expected 1 or more.');
      const loaded = await loadProjection(file);
      if (E.isLeft(loaded)) throw new CommandFailed(loaded.left);
      const store = await openStore(client);
      try {
        const { before, after } = lineupsWith(store.deps, distinct(loaded.right, store));
        const candidate = after[loaded.right.name] ?? loaded.right;
        const others = Object.values(before).map(refOf).join(', ');
        if (!json)
          note(
            `${refOf(candidate)} ${candidate.name in before ? 'in place of its namesake' : 'beside the others'} among ${others}.`,
          );
        const tally = await walk(store, candidate, segments, sample ?? null);
        if (json) printJson({ projection: refOf(candidate), ...tally });
        else print(diffReport(tally));
        if ((tally.counts.threw ?? 0) > 0) process.exitCode = 1;
      } finally {
        store.close();
      }
    });

/** A rule that was edited and has its old number still is another version. */
const distinct = (candidate: AnyProjection, { deps }: OpenStore): AnyProjection => {
  const live = lineupsWith(deps, candidate).before[candidate.name];
  return live?.version === candidate.version ? { ...candidate, version: candidate.version + 1 } : candidate;
};

/** sample null: every member. */
const walk = async (
  { deps }: OpenStore,
  candidate: AnyProjection,
  segments: number,
  sample: number | null,
): Promise<Tally> => {
  const { before, after } = lineupsWith(deps, candidate);
  const projections = [...new Set([...Object.values(before), ...Object.values(after)])];
  const size = await deps.events.approximateSize()();
  const bar = progressBar('what-if {bar} {percentage} %  {members} members  {eta_formatted} left');
  bar?.start(Math.max(1, (E.isRight(size) ? size.right : null) ?? 1), 0, { members: 0 });
  let left = sample ?? Number.POSITIVE_INFINITY;
  const places = new Map<number, Tally>();
  const compare = whatIf(deps, candidate);
  const walked = await Promise.all(
    segmentsOf(segments).map((segment) =>
      walkLog(
        {
          events: deps.events,
          projections,
          only: (stream) => ownerOf(stream).type === 'member',
          handle: (streams) => {
            const taken = streams.slice(0, left);
            left -= taken.length;
            return compare(taken);
          },
          save: ({ segment: number, tally }) => {
            const { commits = 0, members = 0 } = totalOf([...places.set(number, tally).values()]).counts;
            bar?.update(Math.min(bar.getTotal(), commits), { members });
            return TE.right(undefined);
          },
          isStopping: () => left <= 0,
        },
        segment,
      )(),
    ),
  );
  bar?.stop();
  const tallies: Tally[] = [];
  for (const segment of walked) {
    if (E.isLeft(segment)) throw new CommandFailed(failureText(segment.left));
    tallies.push(segment.right.tally);
  }
  return totalOf(tallies);
};
