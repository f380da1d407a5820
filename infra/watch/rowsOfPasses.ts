import { topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import type { Metrics } from './metric.ts';
import { capacity, type Row } from './row.ts';

export const pipes = (metrics: Metrics): Row => ({
  title: 'Pipes',
  says: 'Streams out of the tables. Pipes publish no age of their iterator: what they take is held against what was appended, and our own lag tells how late passes are. A pipe that takes nothing while events are appended is stalled.',
  graphs: [
    ...keysOf(topology.pipes).map((pipe) => ({
      title: `Pipe ${pipe}`,
      lines: {
        taken: metrics.pipe(pipe, 'EventCount', 'Sum'),
        failed: metrics.pipe(pipe, 'ExecutionFailed', 'Sum'),
        'held back': metrics.pipe(pipe, 'ExecutionThrottled', 'Sum'),
        'too late': metrics.pipe(pipe, 'ExecutionTimeout', 'Sum'),
      },
    })),
    {
      title: 'State of the pipes',
      lines: {
        'not running': metrics.own('watch', 'PipesNotRunning', 'Maximum'),
        orphaned: metrics.own('watch', 'PipesOrphaned', 'Maximum'),
      },
    },
  ],
});

export const projector = (metrics: Metrics): Row => ({
  title: 'Folding',
  says: 'Commits become folded states. Parked members are projections that failed for somebody: their passes stay as they were, everybody else goes on.',
  graphs: [
    {
      title: 'Folds',
      lines: {
        folded: metrics.own('projector', 'Folded', 'Sum'),
        failed: metrics.own('projector', 'FoldFailed', 'Sum'),
        'members parked': metrics.own('watch', 'ParkedMembers', 'Maximum'),
      },
    },
    {
      title: 'From the log to the pass, ms',
      lines: {
        'lag p99': metrics.own('projector', 'LagMs', 'p99'),
        'lag average': metrics.own('projector', 'LagMs', 'Average'),
      },
    },
    {
      title: 'The clock: passes that time alone changes',
      lines: { woken: metrics.own('clock', 'Woken', 'Sum'), failed: metrics.own('clock', 'ClockFailed', 'Sum') },
    },
  ],
});

export const views = (metrics: Metrics): Row => ({
  title: 'Passes',
  says: 'One item for each member, replaced by each fold. Only where the holder would see a difference does the pipe publish take it: writes far above published passes are normal during a replay.',
  graphs: [
    { title: 'Table views', lines: capacity(metrics, 'views') },
    { title: 'Table ops', lines: capacity(metrics, 'ops') },
    {
      title: 'Changed passes taken by the pipe publish',
      lines: { taken: metrics.pipe('publish', 'EventCount', 'Sum') },
    },
  ],
});

export const walletBus = (metrics: Metrics): Row => ({
  title: 'The buses',
  says: 'What was handed on by each rule, and what could not be. Live wallet events and those of loads, clock and promotions go by lanes of their own.',
  graphs: [
    {
      title: 'Handed on',
      lines: Object.fromEntries(
        keysOf(topology.rules).map((rule) => [rule, metrics.rule(topology.rules[rule].bus, rule, 'Invocations')]),
      ),
    },
    {
      title: 'Not handed on',
      lines: Object.fromEntries(
        keysOf(topology.rules).map((rule) => [rule, metrics.rule(topology.rules[rule].bus, rule, 'FailedInvocations')]),
      ),
    },
    {
      title: 'Announced on the domain bus',
      lines: {
        announced: metrics.own('announcer', 'Announced', 'Sum'),
        refused: metrics.own('announcer', 'AnnounceRefused', 'Sum'),
        'waits for the lake, s': metrics.lake('lake', 'DeliveryToS3.DataFreshness', 'Maximum'),
      },
    },
  ],
});
