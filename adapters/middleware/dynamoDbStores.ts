import type { Clock } from '#domain/index.ts';
import { adoptWaiting } from '../dynamodb/adoptWaiting.ts';
import { dynamoDbBudget, dynamoDbOnce } from '../dynamodb/budget.ts';
import { dynamoDbDeliveryStore } from '../dynamodb/deliveryStore.ts';
import type { DynamoDbTables } from '../dynamodb/eventStore.ts';
import { dynamoDbRegistrations } from '../dynamodb/registrations.ts';
import type { CompositionDeps } from './composeDestinations.ts';

export type DynamoDbStoresDeps = DynamoDbTables & {
  readonly clock: Clock;
  readonly onUnavailable?: (reason: string) => void;
};

/** Everything that the middleware keeps, in its one table. */
export const dynamoDbStores =
  (deps: DynamoDbStoresDeps): CompositionDeps['stores'] =>
  (route) => {
    const deliveries = dynamoDbDeliveryStore({ ...deps, route });
    return {
      deliveries,
      registrations: dynamoDbRegistrations(deps),
      budget: dynamoDbBudget(deps),
      once: dynamoDbOnce(deps),
      adopt: adoptWaiting({ ...deps, route, accept: deliveries.accept }),
    };
  };
