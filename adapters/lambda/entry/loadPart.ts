import type { SQSEvent } from 'aws-lambda';
import { connectS3 } from '../../s3/client.ts';
import { s3Objects } from '../../s3/objects.ts';
import { connectIngest } from '../../services.ts';
import { openPlace } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { loadPartHandler } from '../loadPart.ts';
import { pause } from '../pause.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('loadPart', ['prefix', 'mapping', 'wrappingKey', 'landingBucket']);
const { metric, log, logFailure, around } = telemetryOf('loadPart', environment.prefix);
const { ingest, quarantine, runs } = connectIngest(openPlace(environment, 'create'));

const load = loadPartHandler({
  ...{ ...ingest, quarantine, runs, pause },
  objects: s3Objects({ s3: connectS3(), bucket: environment.landingBucket, pause }),
  onLoaded: (part, report) => {
    metric('RowsLoaded', report.rows);
    metric('Observations', report.rows - report.quarantined);
    metric('RecordsChanged', report.recordsChanged);
    metric('EventsAppended', report.eventsAppended);
    metric('Quarantined', report.quarantined);
    log({ type: 'PartLoaded', part, ...report });
  },
  onReplaced: (part) => log({ type: 'PartReplaced', part }),
  onFailure: (where, reason) => logFailure({ type: 'PartFailed', where, reason }),
});

/** The queue of parts: the bulk lane of ingest. */
export const handler = around((batch: SQSEvent, context) => load(batch, () => context.getRemainingTimeInMillis()));
