import { type Clock, originText } from '#domain/index.ts';
import type { IngestHandlerDeps } from './ingest.ts';
import type { Telemetry } from './telemetry.ts';

/** What a batch came to, as metrics, and a line for each item that was put aside: from where, at which place of it, and what was expected there. */
export const tellIngested =
  ({ metric, logFailure }: Pick<Telemetry, 'metric' | 'logFailure'>, clock: Clock) =>
  (...[report, { quarantined, sentAt }]: Parameters<NonNullable<IngestHandlerDeps['onIngested']>>): void => {
    const { outcomes, recordsChanged, eventsAppended } = report;
    metric('Observations', outcomes.length);
    metric('RecordsChanged', recordsChanged);
    metric('EventsAppended', eventsAppended);
    metric('Quarantined', quarantined.length);
    metric('Refused', outcomes.filter(({ type }) => type === 'refused').length);
    for (const at of sentAt) metric('LagMs', Math.max(0, clock() - at));
    for (const { id, origin, path, reason } of quarantined)
      logFailure({ type: 'Quarantined', id, origin: originText(origin), path, reason });
    const retried = outcomes.filter((outcome) => outcome.type === 'retry');
    for (const [reason, same] of Map.groupBy(retried, (outcome) => outcome.reason))
      logFailure({ type: 'IngestRetried', observations: same.length, reason });
  };
