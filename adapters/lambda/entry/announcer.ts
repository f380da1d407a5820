import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { commitFromItem } from '../../dynamodb/eventItem.ts';
import { putEventsOn } from '../../eventbridge/putEvents.ts';
import { physicalName } from '../../topology.ts';
import { announcerHandler } from '../announcer.ts';
import { connectTables, openKeys } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { streamRecordsIn } from '../streamRecords.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('announcer', ['prefix', 'wrappingKey']);
const { metric, logFailure, around } = telemetryOf('announcer', environment.prefix);
const keys = openKeys(connectTables(environment), environment, 'read');

const putEvents = putEventsOn({
  client: new EventBridgeClient({}),
  bus: physicalName(environment.prefix, 'domain'),
  onRefused: (code, entries) => {
    metric('AnnounceRefused', entries);
    logFailure({ type: 'AnnounceRefused', code, entries });
  },
});
const announce = announcerHandler({
  readCommit: commitFromItem({ keys }),
  putEvents: async (entries) => {
    const refused = await putEvents(entries);
    metric('Announced', entries.length - refused.length);
    return refused;
  },
  onFailure: (where, reason) => logFailure({ type: 'AnnouncementFailed', where, reason }),
});

/** Target of the announce pipe. */
export const handler = around((event: unknown) => announce(streamRecordsIn(event)));
