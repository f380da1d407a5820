import type { Ledger } from '../cost/cost.ts';
import { type FullLedger, WATCHED } from '../cost/costPage.ts';
import type { LedgerRow } from '../cost/ledger.ts';
import { costOf, together } from '../cost/usage.ts';
import { table } from '../markdown.ts';
import { dayOf, monthOf } from './bill.ts';
import { shardsOf, tableSizes } from './capacity.ts';
import { simulatedDay, type Wait } from './day.ts';
import { hitsOf } from './limits.ts';
import { changesADay, dueADay, type Programme, peakASecond, programmeOf, RATES, rowsADay, SIZES } from './programme.ts';

export type RequestLedger = FullLedger & Readonly<Record<keyof Ledger, Pick<LedgerRow, 'requests'>>>;

/** The tables of infra/SCALING.md that look past this machine, by the name of their marker there. */
export const scaleTables = (ledger: RequestLedger): Readonly<Record<string, string>> => {
  const programmes = SIZES.flatMap((members) => RATES.map((rate) => programmeOf(members, rate)));
  return {
    arrivals: arrivalsTable(programmes, ledger),
    asked: askedTable(programmes, ledger),
    limits: limitsTable(ledger),
    simulated: dayTable(
      SIZES.map((members) => programmeOf(members, USUAL)),
      ledger,
    ),
  };
};

/** Of RATES: a purchase a month, and what goes with it. */
export const USUAL = 24;

/** What comes, and what it is of. */
export const arrivalsTable = (programmes: readonly Programme[], ledger: Ledger): string =>
  table(
    [
      ...['Members', 'Changes of one a year', 'Changes a day', 'a second, busiest', 'Due at midnight'],
      ...['Rows read a day', 'Tables, GB', 'Partitions of `events`'],
    ],
    programmes.map((programme) => {
      const sizes = tableSizes(programme, ledger);
      return [
        ...nameOf(programme),
        ...[changesADay(programme), peakASecond(programme), dueADay(programme), rowsADay(programme)].map(about),
        ...[sizes.reduce((sum, { gb }) => sum + gb, 0), shardsOf(sizes).events].map(about),
      ];
    }),
  );

/** What a day asks for, and what a month costs. */
export const askedTable = (programmes: readonly Programme[], ledger: RequestLedger): string =>
  table(
    [
      ...['Members', 'Changes of one a year', 'DynamoDB requests a day', 'Read units a day', 'Write units a day'],
      ...['Lambda requests a day', 'Lambda GB-seconds a day', '$ a month', '$ a member and year'],
    ],
    programmes.map((programme) => {
      const day = together(...Object.values(dayOf(programme, ledger)));
      const month = costOf(together(...Object.values(monthOf(programme, ledger, WATCHED_WHOLE))));
      return [
        ...nameOf(programme),
        ...[requestsADay(programme, ledger), day.readUnits ?? 0, day.writeUnits ?? 0].map(about),
        ...[day.lambdaRequests ?? 0, day.lambdaGbSeconds ?? 0, month].map(about),
        ((12 * month) / programme.members).toFixed(4),
      ];
    }),
  );

const nameOf = ({ members, changesAYear }: Programme): readonly string[] => [
  members.toLocaleString('en'),
  String(changesAYear),
];

/** An installation as most will be, with its middleware on Express Mode. */
const WATCHED_WHOLE = { ...WATCHED, middlewareHost: 'ecs-express' } as const;

/** Of DynamoDB; rows of loads are read by the hundred. */
const requestsADay = (programme: Programme, ledger: RequestLedger): number => {
  const requests = (line: keyof Ledger): number =>
    Object.values(ledger[line].requests).reduce((sum, count) => sum + count, 0);
  const delivery = requests('acceptEvent') + 2 * requests('deliver');
  return (
    changesADay(programme) * (requests('newPurchase') + requests('foldVisible') + delivery) +
    dueADay(programme) * (requests('foldVisible') + delivery) +
    (rowsADay(programme) / 100) * requests('nothingNewInBatch')
  );
};

const limitsTable = (ledger: Ledger): string => {
  const byRate = RATES.map((rate) => new Map(hitsOf(rate, ledger).map(({ limit, members }) => [limit.name, members])));
  const usual = hitsOf(USUAL, ledger);
  return table(
    ['What ends', 'Kind', ...RATES.map((rate) => `at ${rate} changes a year: members`), 'What to turn'],
    usual.map(({ limit }) => [
      limit.name,
      limit.kind,
      ...byRate.map((hits) => membersText(hits.get(limit.name) ?? Number.POSITIVE_INFINITY)),
      limit.turn,
    ]),
    { isText: true },
  );
};

const membersText = (members: number): string => (Number.isFinite(members) ? about(members) : 'never: it grows along');

export const dayTable = (programmes: readonly Programme[], ledger: Ledger): string =>
  table(
    ['Members', 'Stage', 'a second, at the most', 'busiest minute', 'live waits, minutes', 'bulk waits, minutes'],
    programmes.flatMap((programme) =>
      simulatedDay(programme, shardsOf(tableSizes(programme, ledger))).map(
        ({ stage, perSecond, busiest, liveWait, bulkWait }) => [
          about(programme.members),
          stage,
          about(perSecond),
          `${about(busiest * 100)} %`,
          waitText(liveWait),
          waitText(bulkWait),
        ],
      ),
    ),
  );

const waitText = (wait: Wait): string =>
  typeof wait === 'number' ? String(wait) : wait === 'none' ? '' : 'more each day';

/** Two figures: nothing here is known better. */
const about = (value: number): string =>
  value >= 1_000 ? Number(value.toPrecision(2)).toLocaleString('en') : String(Number(value.toPrecision(2)));
