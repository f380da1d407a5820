import * as TE from 'fp-ts/lib/TaskEither.js';
import { liveFromItem } from '../../dynamodb/liveItem.ts';
import { environmentOf } from '../environment.ts';
import { streamRecordsIn } from '../streamRecords.ts';
import { telemetryOf } from '../telemetry.ts';
import { walletEventHandler } from '../walletEvent.ts';

const { around } = telemetryOf('walletEvent', environmentOf('walletEvent', ['prefix']).prefix);
const enrich = walletEventHandler({ readLive: (image) => TE.fromEither(liveFromItem(image)) });

/** Enrichment of the publish pipe. It asks nobody for anything. */
export const handler = around((event: unknown) => enrich(streamRecordsIn(event)));
