import { AppflowClient } from '@aws-sdk/client-appflow';
import { PipesClient } from '@aws-sdk/client-pipes';
import { flowStatus } from '../../appflow/flowStatus.ts';
import { dynamoDbParkStore } from '../../dynamodb/parkStore.ts';
import { dynamoDbQuarantineStore } from '../../dynamodb/quarantineStore.ts';
import { dynamoDbRunStore } from '../../dynamodb/runStore.ts';
import { dynamoDbStaleStore } from '../../dynamodb/staleStore.ts';
import { watchedPipes } from '../../pipes/watchedPipes.ts';
import { flowPlan } from '../../source/flowPlan.ts';
import { clock, connectTables, deployedMapping, noKeys, soon } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { telemetryOf } from '../telemetry.ts';
import { watchHandler } from '../watch.ts';

const { prefix, mapping } = environmentOf('watch', ['prefix', 'mapping']);
const { metric, metricOf, logFailure, around } = telemetryOf('watch', prefix);
const tables = connectTables({ prefix });
const appFlow = new AppflowClient(soon);

const deployed = deployedMapping(mapping);

const watch = watchHandler({
  parked: dynamoDbParkStore(tables),
  quarantine: dynamoDbQuarantineStore({ ...tables, keys: noKeys }),
  stale: dynamoDbStaleStore(tables),
  runs: dynamoDbRunStore({ ...tables, clock }),
  pipes: watchedPipes({ pipes: new PipesClient(soon), ...tables, prefix }),
  isFlowActive: async (flow) => {
    const status = await flowStatus(appFlow, flow);
    return status === null ? null : status === 'Active';
  },
  flows: flowPlan(deployed, prefix),
  mapping: deployed,
  clock,
  measure: ({ name, value, feed }) => (feed === undefined ? metric(name, value) : metricOf('feed', feed, name, value)),
  onFailure: (where, reason) => logFailure({ type: 'WatchFailed', where, reason }),
});

/** Asked every few minutes. The event says nothing that is not looked up. */
export const handler = around(watch);
