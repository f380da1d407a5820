import { AppflowClient } from '@aws-sdk/client-appflow';
import * as E from 'fp-ts/lib/Either.js';
import type { RowIds } from '#domain/index.ts';
import { appFlow } from '../../appflow/appFlow.ts';
import { appFlowReReads } from '../../appflow/reReads.ts';
import { connectServices } from '../../services.ts';
import { clockRounds } from '../clockRounds.ts';
import { clock, openPlace } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('clock', ['prefix', 'mapping', 'wrappingKey', 'landingBucket']);
const { metric, log, logFailure, around } = telemetryOf('clock', environment.prefix);
const place = openPlace(environment, 'create');
const { mapping } = place;
const { project, stale, runs, ingest, records, absences } = connectServices(place);

/** Until the files of the landing bucket can be read again, a full load waits, and nobody is buried for it. */
const rowIds: RowIds = () => async () =>
  E.left({ type: 'FilesUnreadable', reason: `rows in ${environment.landingBucket} are not read yet` });

/** Some ten thousand records are compared between two looks at the clock. */
const PAGES_PER_ROUND = 20;

const rounds = clockRounds({
  ...project,
  startedAt: clock(),
  reRead: {
    ...{ stale, runs, clock, mapping },
    reReads: appFlowReReads({ appFlow: appFlow(new AppflowClient({})), mapping, log }),
  },
  absence: { ingest, records, runs, absences, rowIds, cache: { current: null }, pagesPerRound: PAGES_PER_ROUND },
  onFailure: (where, reason) => {
    metric('ClockFailed', 1);
    logFailure({ type: 'ClockFailed', where, reason });
  },
});

/** Asked each minute. The event says nothing that the store does not know. */
export const handler = around(async (_event: unknown, context) => {
  metric('Woken', await rounds(context));
});
