import type { RuntimeStatus } from '#adapters/http/answers/status.ts';

/** Of a service with nothing to do. */
export const idleStatus: RuntimeStatus = {
  ...{ idle: true, startedAt: new Date(0).toISOString(), quarantined: 0, paused: [], sweepPending: false, job: null },
  ...{ queues: {}, pipes: {}, deadLetters: {}, nightly: [], sample: { type: 'none' } },
  parked: { members: 0, projections: {}, isMore: false },
  inbox: { waiting: 0, loading: null, recent: [] },
  upkeep: {
    ...{ stale: { count: 0, items: [] }, reReads: [], absences: [] },
    runs: { open: 0, complete: 0, disagreeing: 0, failed: 0 },
  },
  counts: {
    ...{ recordsRead: 0, recordsChanged: 0, eventsAppended: 0 },
    ...{ passesIssued: 0, passesUpdated: 0, passesWithdrawn: 0 },
  },
  store: { dynamodbEndpoint: '', prefix: '', dataDir: '', timeZone: 'UTC' },
};
