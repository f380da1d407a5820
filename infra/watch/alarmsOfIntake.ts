import { topology, type WorkQueueName } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { type Alarm, asItWas, gauge, noneIsNone, onceIsEnough, silenceIsBad, watchTells } from './alarm.ts';
import { isBus, type Metrics } from './metric.ts';

/** Longer than a night without sales; Salesforce keeps change events for 72 hours, so that 60 are left to act in. */
const SILENT_HOURS = 12;

export const feedAlarms = (metrics: Metrics, feeds: readonly string[]): readonly Alarm[] => [
  ...feeds.map((feed): Alarm => (isBus(feed) ? busSilent(metrics, feed) : flowSilent(metrics, feed))),
  {
    name: 'flows-inactive',
    question: 'Did AppFlow deactivate a flow?',
    runbook: 'flow-inactive',
    measure: metrics.own('watch', 'FlowsInactive', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    ...gauge,
  },
];

const flowSilent = (metrics: Metrics, flow: string): Alarm => ({
  name: `feed-silent-${flow}`,
  question: `Has no run of ${flow} ended well for ${SILENT_HOURS} hours?`,
  runbook: 'feed-silent',
  measure: metrics.silenceOf(flow),
  isBad: '>=',
  threshold: SILENT_HOURS * 60,
  periodMinutes: 15,
  bad: 1,
  of: 1,
  // Only of a flow that was heard of: that one never ran is told by flows-inactive.
  ...asItWas,
});

/** The account in it is not known before it is deployed; a name has to be. */
const nameOf = (bus: string): string => bus.replace(/\$\{Token\[[^\]]*\]\}/g, 'account').replace(/[^\w.-]+/g, '-');

/** By what its rule handed on, which CloudWatch only gets when it is not zero (EventBridge guide, "Monitoring", read 2026-11-22). */
const busSilent = (metrics: Metrics, bus: string): Alarm => ({
  name: `feed-silent-${nameOf(bus)}`,
  question: `Has no event come by the bus ${bus} for ${SILENT_HOURS} hours?`,
  runbook: 'feed-silent',
  measure: metrics.partnerRule(bus, 'ingestEverything', 'Invocations'),
  isBad: '<',
  threshold: 1,
  periodMinutes: (SILENT_HOURS / 2) * 60,
  bad: 2,
  of: 2,
  ...silenceIsBad,
});

/** Items of a hundred, and that many at the least: one odd record at night is no alarm, it waits in quarantine. */
const QUARANTINED_PERCENT = 1;
const QUARANTINED_AT_LEAST = 20;
const QUARANTINED_SHARE = `IF(FILL(qi,0) + FILL(ql,0) >= ${QUARANTINED_AT_LEAST}, 100 * (FILL(qi,0) + FILL(ql,0)) / (FILL(qi,0) + FILL(ql,0) + FILL(oi,0) + FILL(ol,0)), 0)`;

/** Fewer are events that took more than their time. */
const MISSED_IN_A_DAY = 20;

export const intakeAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'quarantine-rate',
    question: `Is more than ${QUARANTINED_PERCENT} % of what comes in not understood?`,
    runbook: 'quarantine-rate',
    measure: {
      expression: QUARANTINED_SHARE,
      of: {
        qi: metrics.own('ingest', 'Quarantined', 'Sum'),
        ql: metrics.own('loadPart', 'Quarantined', 'Sum'),
        oi: metrics.own('ingest', 'Observations', 'Sum'),
        ol: metrics.own('loadPart', 'Observations', 'Sum'),
      },
    },
    isBad: '>=',
    threshold: QUARANTINED_PERCENT,
    periodMinutes: 15,
    bad: 1,
    of: 1,
    ...noneIsNone,
  },
  {
    name: 'stale-records',
    question: 'Has something that Salesforce told us to read again not been read for six hours?',
    runbook: 'stale-records',
    measure: metrics.own('watch', 'StaleEntries', 'Minimum'),
    isBad: '>=',
    threshold: 1,
    periodMinutes: 60,
    bad: 6,
    of: 6,
    ...watchTells,
  },
  {
    name: 'changes-missed',
    question: `Did the loads of a day show ${MISSED_IN_A_DAY} changes or more that no event told of?`,
    runbook: 'changes-missed',
    measure: metrics.own('watch', 'MissedChanges', 'Maximum'),
    isBad: '>=',
    threshold: MISSED_IN_A_DAY,
    ...gauge,
  },
  {
    name: 'merges-wrong',
    question: 'Did a load of a day show that what is merged is wrong, and stays so?',
    runbook: 'changes-missed',
    measure: metrics.own('watch', 'WrongMerges', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    ...gauge,
  },
  {
    name: 'lag-ingest',
    question: 'Do change events take longer than two minutes from Salesforce to the log?',
    runbook: 'lag',
    measure: metrics.own('ingest', 'LagMs', 'p99'),
    isBad: '>=',
    threshold: 120_000,
    periodMinutes: 5,
    bad: 3,
    of: 3,
    ...noneIsNone,
  },
];

/** From when a message is late. Bulk lanes are slow on purpose: a first load waits for hours, live changes pass it. */
const LATE_SECONDS: Readonly<Record<WorkQueueName, number>> = {
  ingest: 300,
  files: 900,
  parts: 6 * 3_600,
  relayLive: 900,
  relayBulk: 6 * 3_600,
};

export const queueAlarms = (metrics: Metrics, hasMiddleware: boolean): readonly Alarm[] =>
  keysOf(topology.queues)
    .map((queue): Alarm => {
      const declared = topology.queues[queue];
      if (declared.type === 'deadLetter')
        return {
          name: `dead-letters-${queue}`,
          question: `Was work given up, and lies in ${queue}?`,
          runbook: 'dead-letters',
          measure: metrics.queue(queue, 'ApproximateNumberOfMessagesVisible', 'Maximum'),
          isBad: '>=',
          threshold: 1,
          ...onceIsEnough,
        };
      const late = LATE_SECONDS[queue as WorkQueueName];
      return {
        name: `queue-age-${queue}`,
        question: `Has a message of ${queue} waited for more than ${late / 60} minutes?`,
        runbook: 'queue-age',
        measure: metrics.queue(queue, 'ApproximateAgeOfOldestMessage', 'Maximum'),
        isBad: '>=',
        threshold: late,
        periodMinutes: 5,
        bad: 3,
        of: 3,
        ...noneIsNone,
      };
    })
    .filter(({ name }) => hasMiddleware || !/relay/.test(name));
