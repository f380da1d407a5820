import type { SQSEvent } from 'aws-lambda';
import { connectIngest } from '../../services.ts';
import { clock, openPlace } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { ingestHandler } from '../ingest.ts';
import { telemetryOf } from '../telemetry.ts';
import { tellIngested } from '../tellIngested.ts';

const environment = environmentOf('ingest', ['prefix', 'mapping', 'wrappingKey']);
const telemetry = telemetryOf('ingest', environment.prefix);
const services = connectIngest(openPlace(environment, 'create'));

const ingest = ingestHandler({ ...services, ...services.ingest, onIngested: tellIngested(telemetry, clock) });

/** The queue of the source bus: live changes, and what AppFlow says of its runs. */
export const handler = telemetry.around((batch: SQSEvent) => ingest(batch));
