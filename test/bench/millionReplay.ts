import { connectDynamoDb } from '#adapters/dynamodb/client.ts';
import { readOnlyFileKeys } from '#adapters/keys/fileKeys.ts';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import { connectServices } from '#adapters/services.ts';
import { retail } from '#domain/index.ts';
import type { Written } from './history.ts';
import { expectCounts } from './replay.ts';
import { EXTRACTION } from './rows.ts';
import { runToEnd, SEGMENTS } from './walks.ts';

/** What to replay, and how many LIVE that is to write. */
export type ReplayOrder = Written & {
  readonly endpoint: string;
  readonly prefix: string;
  readonly keyFile: string;
  readonly rebuilt: number;
};

/** Told to the parent at a part of the commits. cpuMs and wallMs: since the start of the walk. */
export type ReplayMark = {
  readonly percent: number;
  readonly peakRssMb: number;
  readonly cpuMs: number;
  readonly wallMs: number;
};

const MARKS = [10, 50, 100];

const [orderText = '{}'] = process.argv.slice(2);
const order: ReplayOrder = JSON.parse(orderText);
const { dynamodb } = connectDynamoDb({
  endpoint: order.endpoint,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const services = connectServices({
  ...{ dynamodb, prefix: order.prefix, clock: () => EXTRACTION.at, mapping: retail },
  keys: { ...memoryKeys(), ...readOnlyFileKeys(order.keyFile) },
});

const startedAtMs = performance.now();
const cpuBefore = process.cpuUsage();
const walked = new Map<number, number>();
const marks = [...MARKS];
/** maxRSS is in KB (getrusage(2)), and never goes down. */
const tell = (percent: number): void => {
  const { user, system } = process.cpuUsage(cpuBefore);
  const mark: ReplayMark = {
    percent,
    peakRssMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
    cpuMs: (user + system) / 1000,
    wallMs: performance.now() - startedAtMs,
  };
  process.send?.(mark);
};
const tally = await runToEnd(
  services,
  { type: 'replay', projection: null, memberId: null, segments: SEGMENTS },
  {
    onSaved: ({ segment, tally: { counts } }) => {
      walked.set(segment, counts.commits ?? 0);
      const commits = [...walked.values()].reduce((sum, count) => sum + count, 0);
      while (marks[0] !== undefined && commits * 100 >= order.commits * marks[0]) tell(marks.shift() ?? 0);
    },
  },
);
const { members, rebuilt, commits } = order;
expectCounts('replay', tally, { members, rebuilt, commits, parked: 0 });
dynamodb.destroy();
process.disconnect?.();
