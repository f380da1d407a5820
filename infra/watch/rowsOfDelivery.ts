import { topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import type { Watched } from './alarm.ts';
import { hostMeasures } from './alarmsOfMiddleware.ts';
import { ofJobs } from './alarmsOfPasses.ts';
import type { Metrics } from './metric.ts';
import type { Row } from './row.ts';

export const relay = (metrics: Metrics): Row => ({
  title: 'Relay to the middleware',
  says: 'Wallet events on their way out. The live lane should be empty; the bulk lane may wait. Tried again: the middleware was away or asked to wait. Refused: it will never take that event.',
  graphs: [
    {
      title: 'Waiting',
      lines: {
        live: metrics.queue('relayLive', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        'oldest live, s': metrics.queue('relayLive', 'ApproximateAgeOfOldestMessage', 'Maximum'),
        bulk: metrics.queue('relayBulk', 'ApproximateNumberOfMessagesVisible', 'Maximum'),
        'oldest bulk, s': metrics.queue('relayBulk', 'ApproximateAgeOfOldestMessage', 'Maximum'),
      },
    },
    {
      title: 'Sent',
      lines: {
        taken: metrics.own('relay', 'Relayed', 'Sum'),
        'tried again': metrics.own('relay', 'RelayRetried', 'Sum'),
        refused: metrics.own('relay', 'RelayRefused', 'Sum'),
      },
    },
  ],
});

export const middleware = (metrics: Metrics, watched: Watched): Row => {
  const { failed, running } = hostMeasures(watched);
  return {
    title: 'Middleware',
    says: 'Deliveries to Apple, Google and webhooks. An open breaker holds back one destination, not the others. Days left are of the certificate that ends first.',
    graphs: [
      {
        title: 'Deliveries',
        lines: {
          waiting: metrics.own('middleware', 'DeliveriesWaiting', 'Maximum'),
          'oldest, s': metrics.own('middleware', 'OldestDeliverySeconds', 'Maximum'),
          'breakers open': metrics.own('middleware', 'BreakersOpen', 'Maximum'),
          dead: metrics.own('middleware', 'DeliveriesDead', 'Maximum'),
        },
      },
      {
        title: 'Delivered',
        lines: {
          'to their end': metrics.own('middleware', 'Delivered', 'Sum'),
          pushed: metrics.own('middleware', 'Pushed', 'Sum'),
          failed: metrics.own('middleware', 'DeliveryFailed', 'Sum'),
          'given up': metrics.own('middleware', 'DeliveryDead', 'Sum'),
        },
      },
      {
        title: 'Certificate, days left',
        lines: { 'days left': metrics.own('middleware', 'CertificateDaysLeft', 'Minimum') },
      },
      {
        title: 'Health',
        lines: {
          ...(failed === null ? {} : { 'answered 5xx': failed }),
          ...(running === null ? {} : { 'running tasks': running }),
          'deliveries: writes throttled': metrics.table('deliveries', 'WriteThrottleEvents', 'Sum'),
        },
      },
    ],
  };
};

export const deadLetters = (metrics: Metrics): Row => ({
  title: 'Given up',
  says: 'Work that was tried to the end. All lines at zero, or somebody has to look: it stays for fourteen days.',
  graphs: [
    {
      title: 'Messages in dead-letter queues',
      lines: Object.fromEntries(
        keysOf(topology.queues)
          .filter((queue) => topology.queues[queue].type === 'deadLetter')
          .map((queue) => [queue, metrics.queue(queue, 'ApproximateNumberOfMessagesVisible', 'Maximum')]),
      ),
    },
    {
      title: 'Quarantine: not understood',
      lines: { items: metrics.own('watch', 'QuarantinedItems', 'Maximum') },
    },
  ],
});

export const jobs = (metrics: Metrics, jobsArn: string): Row => ({
  title: 'Jobs over all members',
  says: 'Replay, verify, diff, promote, reconcile; two of them each night, whoever asks. A job that failed goes on where it was when it is asked for again.',
  graphs: [
    {
      title: 'Jobs',
      lines: {
        started: ofJobs(jobsArn, 'ExecutionsStarted'),
        done: ofJobs(jobsArn, 'ExecutionsSucceeded'),
        failed: ofJobs(jobsArn, 'ExecutionsFailed'),
      },
    },
    {
      title: 'Jobs of the night that came to their end',
      lines: Object.fromEntries(keysOf(topology.nightly).map((job) => [job, metrics.nightEnded(job)])),
    },
    { title: 'Walkers at once', lines: { walkers: metrics.function('walk', 'ConcurrentExecutions', 'Maximum') } },
  ],
});

/** Milliseconds of all invocations in a period: by memory, that is what Lambda charges. */
export const costDrivers = (metrics: Metrics): Row => ({
  title: 'What costs',
  says: 'What the bill is made of, by use: write units, time of functions, events on buses, pipes. infra/COST.md says how much a change should cost, and why.',
  graphs: [
    {
      title: 'Write units by table',
      lines: Object.fromEntries(
        keysOf(topology.tables).map((table) => [table, metrics.table(table, 'ConsumedWriteCapacityUnits', 'Sum')]),
      ),
    },
    {
      title: 'Read units by table',
      lines: Object.fromEntries(
        keysOf(topology.tables).map((table) => [table, metrics.table(table, 'ConsumedReadCapacityUnits', 'Sum')]),
      ),
    },
    {
      title: 'Time of functions, ms',
      lines: Object.fromEntries(
        keysOf(topology.functions).map((name) => [name, metrics.function(name, 'Duration', 'Sum')]),
      ),
    },
    {
      title: 'Records through pipes',
      lines: Object.fromEntries(keysOf(topology.pipes).map((pipe) => [pipe, metrics.pipe(pipe, 'EventCount', 'Sum')])),
    },
  ],
});
