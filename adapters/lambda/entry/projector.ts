import { connectProject } from '../../services.ts';
import { clock, openPlace } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { projectorHandler } from '../projector.ts';
import { lagMsOf, streamRecordsIn } from '../streamRecords.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('projector', ['prefix', 'mapping', 'wrappingKey']);
const { metric, logFailure, around } = telemetryOf('projector', environment.prefix);
const services = connectProject(openPlace(environment, 'read'));

const project = projectorHandler({
  ...services,
  ...services.project,
  // The clock looks for a pending sweep each minute.
  onCatalogChanged: () => undefined,
  onFailure: (where, reason) => logFailure({ type: 'ProjectionFailed', where, reason }),
});

/** Target of the poke pipe. */
export const handler = around(async (event: unknown) => {
  const records = streamRecordsIn(event);
  const answer = await project(records);
  const failed = answer.batchItemFailures.length;
  metric('Folded', records.length - failed);
  metric('FoldFailed', failed);
  for (const lagMs of lagMsOf(records, clock())) metric('LagMs', lagMs);
  return answer;
});
