import { keysOf } from '../declared.ts';
import { table } from '../markdown.ts';
import {
  ASSUMED,
  type Counted,
  changeThatShows,
  commitsOf,
  FIRST_LOAD,
  type Fill,
  firstLoad,
  type Ledger,
  latePokes,
  rowWithoutNews,
  runOfFlow,
} from './cost.ts';
import { aNight } from './costNights.ts';
import { aMonthOfNothing } from './costStanding.ts';
import { type Meter, prices } from './prices.ts';
import { costOf, times, together, type Usage } from './usage.ts';

/** A line of the ledger, as it is printed. */
export type LedgerLine = Counted & { readonly useCase: string };
export type FullLedger = Readonly<Record<keyof Ledger, LedgerLine>> & Readonly<Record<string, LedgerLine>>;

const MILLION = 1_000_000;

/** The tables of infra/COST.md, by the name of their marker there. */
export const costTables = (ledger: FullLedger): Readonly<Record<string, string>> => ({
  change: changeTable(ledger),
  row: rowTable(ledger),
  load: loadTable(ledger),
  standing: standingTable(ledger),
  night: nightTable(ledger),
  ledger: ledgerCostTable(ledger),
  assumed: assumedTable(),
  prices: priceTable(),
});

/** Dollars, to the cent; below ten cents to a tenth of one. */
export const dollars = (amount: number): string =>
  amount !== 0 && Math.abs(amount) < 0.1 ? amount.toFixed(3) : amount.toFixed(2);

const changeTable = (ledger: Ledger): string => {
  const fills: readonly Fill[] = ['one', 'full'];
  const [one, full] = fills.map((fill) => changeThatShows(ledger, fill));
  const steps = keysOf(one ?? {});
  return table(
    ['Step', 'What one change uses, by itself', '$ per million, by itself', '$ per million, in full batches'],
    [
      ...steps.map((step) => [step, inWords(one?.[step] ?? {}), perMillion(one?.[step]), perMillion(full?.[step])]),
      ['**in all**', '', `**${perMillion(sum(one))}**`, `**${perMillion(sum(full))}**`],
    ],
  );
};

const rowTable = (ledger: Ledger): string => {
  const steps = rowWithoutNews(ledger);
  return table(
    ['Step', 'What one row uses', '$ per million rows'],
    [
      ...keysOf(steps).map((step) => [step, inWords(steps[step] ?? {}), perMillion(steps[step])]),
      ['**in all**', '', `**${perMillion(sum(steps))}**`],
      [
        'beside them, each run of a flow with a file',
        inWords(runOfFlow(ledger)),
        `${dollars(costOf(runOfFlow(ledger)))} a run`,
      ],
    ],
  );
};

const loadTable = (ledger: Ledger): string => {
  const scattered = firstLoad(ledger, 'scattered');
  const sideBySide = firstLoad(ledger, 'sideBySide');
  return table(
    ['Step', '$, rows side by side', '$, rows scattered'],
    [
      ...keysOf(scattered).map((step) => [
        step,
        dollars(costOf(sideBySide[step] ?? {})),
        dollars(costOf(scattered[step] ?? {})),
      ]),
      ['**in all**', `**${dollars(costOf(sum(sideBySide)))}**`, `**${dollars(costOf(sum(scattered)))}**`],
      [
        'and, where `poke` was paused and a replay folded first: the pokes that come late',
        ...(['sideBySide', 'scattered'] as const).map((order) => dollars(costOf(latePokes(ledger, order)))),
      ],
      [
        'a member',
        (costOf(sum(sideBySide)) / FIRST_LOAD.members).toFixed(6),
        (costOf(sum(scattered)) / FIRST_LOAD.members).toFixed(6),
      ],
    ],
  );
};

/** Ten feeds, a domain of one's own: an installation as most will be. */
export const WATCHED = {
  prefix: 'billfold',
  feeds: Array.from({ length: 10 }, (_, index) => `feed-${index}`),
  jobsArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:billfold-jobs',
} as const;

const standingTable = (ledger: Ledger): string => {
  const express = aMonthOfNothing(ledger, { ...WATCHED, middlewareHost: 'ecs-express' });
  const fargate = aMonthOfNothing(ledger, { ...WATCHED, middlewareHost: 'fargate' });
  return table(
    ['What', 'A month uses, on Express Mode', '$ a month, Express Mode', '$ a month, Fargate'],
    [
      ...keysOf(express).map((what) => [
        what,
        inWords(express[what] ?? {}),
        dollars(costOf(express[what] ?? {})),
        dollars(costOf(fargate[what] ?? {})),
      ]),
      ['**in all**', '', `**${dollars(costOf(sum(express)))}**`, `**${dollars(costOf(sum(fargate)))}**`],
    ],
  );
};

const nightTable = (ledger: Ledger): string => {
  const kept = { members: FIRST_LOAD.members, commits: commitsOf('scattered') };
  const steps = aNight(ledger, kept);
  const row = (what: string, usage: Usage): readonly string[] => [
    what,
    inWords(usage),
    dollars(costOf(usage)),
    dollars(costOf(times(NIGHTS_A_MONTH, usage))),
  ];
  return table(
    ['Step', 'A night uses', '$ a night', '$ a month'],
    [...keysOf(steps).map((step) => row(step, steps[step] ?? {})), row('**in all**', sum(steps))],
  );
};
const NIGHTS_A_MONTH = 365 / 12;

const ledgerCostTable = (ledger: FullLedger): string =>
  table(
    ['Use case', 'Read units', 'Write units', '$ per million'],
    Object.values(ledger).map(({ useCase, readUnits, writeUnits }) => [
      useCase,
      String(readUnits),
      String(writeUnits),
      perMillion({ readUnits, writeUnits }),
    ]),
  );

const assumedTable = (): string =>
  table(
    ['What is assumed', 'Value'],
    Object.entries(ASSUMED).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? String(value)
        : Object.entries(value)
            .map(([part, one]) => `${part} ${one}`)
            .join(', '),
    ]),
  );

const priceTable = (): string =>
  table(
    ['Of', '$', 'Per', 'Source, read 2026-11-22', 'Confirmed'],
    Object.values(prices).map(({ of, dollars: price, per, source, isConfirmed }) => [
      of,
      String(price),
      per.toLocaleString('en'),
      source,
      isConfirmed ? 'yes' : 'UNCONFIRMED',
    ]),
  );

const sum = (steps: Readonly<Record<string, Usage>> | undefined): Usage => together(...Object.values(steps ?? {}));
const perMillion = (usage: Usage | undefined): string => dollars(costOf(times(MILLION, usage ?? {})));

/** What is charged for in whole pieces; GB and milliseconds are in the sum, and too small to say of one. */
const SAID: Readonly<Partial<Record<Meter, readonly [string, string]>>> = {
  readUnits: ['read unit', 'read units'],
  writeUnits: ['write unit', 'write units'],
  lambdaRequests: ['Lambda request', 'Lambda requests'],
  sqsRequests: ['SQS request', 'SQS requests'],
  busEvents: ['event', 'events'],
  pipeRequests: ['pipe request', 'pipe requests'],
  appFlowRuns: ['flow run', 'flow runs'],
  scheduleRuns: ['scheduled run', 'scheduled runs'],
  stateTransitions: ['state transition', 'state transitions'],
  alarmMetrics: ['metric in alarms', 'metrics in alarms'],
  customMetrics: ['metric of our own', 'metrics of our own'],
  dashboards: ['dashboard', 'dashboards'],
  kmsKeys: ['key', 'keys'],
  secrets: ['secret', 'secrets'],
  vcpuHours: ['vCPU hour', 'vCPU hours'],
  memoryGbHours: ['GB hour', 'GB hours'],
  balancerHours: ['balancer hour', 'balancer hours'],
  natHours: ['NAT hour', 'NAT hours'],
};

const inWords = (usage: Usage): string =>
  keysOf(usage)
    .flatMap((meter) => {
      const count = usage[meter] ?? 0;
      const [singular, plural] = SAID[meter] ?? [];
      return singular === undefined || count === 0
        ? []
        : [`${count.toLocaleString('en', { maximumFractionDigits: 3 })} ${count === 1 ? singular : plural}`];
    })
    .join(', ');
