import { topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { HOST_SIZE } from '../host/size.ts';
import type { Alarm, Watched } from '../watch/alarm.ts';
import { alarmsOf } from '../watch/alarms.ts';
import { rowsOf } from '../watch/dashboard.ts';
import { type Formula, isFormula, type Metric } from '../watch/metric.ts';
import type { Counted, Ledger } from './cost.ts';
import { times, together, type Usage } from './usage.ts';

/** What a month costs when nothing happens. */
export const aMonthOfNothing = (ledger: Ledger, watched: Watched): Readonly<Record<string, Usage>> => ({
  'the clock, each minute': times(
    runsOf(topology.schedules.clock.everyMinutes),
    together(scheduled('clock', 200), ...[ledger.clock, ledger.retryParked, ledger.keepFresh].map(read)),
  ),
  'the watch, each five minutes': times(runsOf(topology.schedules.watch.everyMinutes), scheduled('watch', 800)),
  'alarms, the dashboard, metrics of our own': {
    alarmMetrics: alarmsOf(watched).reduce((sum, { measure }) => sum + Math.max(1, measuresOf(measure).length), 0),
    dashboards: 1,
    customMetrics: ownMetrics(watched).size,
  },
  'two keys of the store, one of what waits, one of alarms': { kmsKeys: 4 },
  'queues that are asked while they are empty': { sqsRequests: keysOf(topology.queueSources).length * POLLS },
  ...(watched.middlewareHost === null
    ? {}
    : {
        'the middleware: its fewest tasks': {
          vcpuHours: (HOST_SIZE.minTasks * HOST_SIZE.cpu * HOURS) / 1024,
          memoryGbHours: (HOST_SIZE.minTasks * HOST_SIZE.memoryMb * HOURS) / 1024,
        },
        'the middleware: its tasks look what is due for Apple and for Google': times(
          HOST_SIZE.minTasks * WALLETS * LOOKS_AN_HOUR * HOURS,
          read(ledger.lookForDue),
        ),
        'the middleware: and what a clock that was ahead put off': times(
          HOST_SIZE.minTasks * WALLETS * LOOKS_AHEAD_AN_HOUR * HOURS,
          read(ledger.lookAhead),
        ),
        'secrets: keys of senders and operators, and what Apple and Google gave': { secrets: 5 },
        'the middleware: its load balancer, on Fargate its NAT gateway': {
          balancerHours: HOURS,
          ...(watched.middlewareHost === 'fargate' ? { natHours: HOURS } : {}),
        },
      }),
});

const HOURS = 730;
const WALLETS = 2;
/** Of a destination with nothing to do: live each five seconds, bulk each fifteen (adapters/delivery/hints.ts). */
const LOOKS_AN_HOUR = 3_600 / 5 + 3_600 / 15;
/** Every five minutes (`adapters/delivery/mend.ts`). */
const LOOKS_AHEAD_AN_HOUR = 12;
/** Two pollers a queue at the least, twenty seconds each (UNCONFIRMED). */
const POLLS = 2 * 3 * 60 * HOURS;

const runsOf = (everyMinutes: number): number => (HOURS * 60) / everyMinutes;

const scheduled = (name: 'clock' | 'watch', ms: number): Usage => ({
  scheduleRuns: 1,
  lambdaRequests: 1,
  lambdaGbSeconds: (topology.functions[name].memoryMb / 1024) * (ms / 1000),
  logGb: 1_500 / 1e9,
});

const read = ({ readUnits, writeUnits }: Counted): Usage => ({ readUnits, writeUnits });

const measuresOf = (measure: Alarm['measure']): readonly Metric[] =>
  isFormula(measure) ? Object.values(measure.of) : [measure];

/** A metric of one's own is charged by its name and dimensions, however often it is written. */
const ownMetrics = (watched: Watched): ReadonlySet<string> => {
  const shown: readonly (Metric | Formula)[] = [
    ...alarmsOf(watched).map(({ measure }) => measure),
    ...rowsOf(watched).flatMap(({ graphs }) => graphs.flatMap(({ lines }) => Object.values(lines))),
  ];
  return new Set(
    shown
      .flatMap(measuresOf)
      .filter(({ namespace }) => namespace === 'billfold')
      .map(({ name, dimensions }) => JSON.stringify([name, dimensions])),
  );
};
