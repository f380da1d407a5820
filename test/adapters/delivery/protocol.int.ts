import { expect, test } from 'vitest';
import { dynamoDbDeliveryStore } from '#adapters/dynamodb/deliveryStore.ts';
import { seededRandom } from '#adapters/sample/random.ts';
import { freshTables } from '#test/support/dynamodb.ts';
import { allFaults, faultWorld, faultyDynamoDb } from '#test/support/faultyDynamodb.ts';
import { play } from './protocol.ts';

/** Whoever is refused was second: an event that somebody else took in is not taken out again. Who dies is played by the engines. */
const rates = { ...allFaults, refused: 0, crash: 0, answerLost: 0.1, inProgress: 0.4 };

test('on DynamoDB, side by side, with answers lost and old ones told: one at a time, nothing older, nothing lost', async () => {
  const happened: Record<string, number> = {};
  for (let seed = 1; seed <= 3; seed++) {
    const database = await freshTables();
    const random = seededRandom(seed);
    const world = faultWorld(database);
    const { wrong } = await play({
      ...{ random, isSideBySide: true },
      open: (deps) => dynamoDbDeliveryStore({ ...database, ...faultyDynamoDb(world, random, rates), ...deps }),
      calm: (deps) => dynamoDbDeliveryStore({ ...database, ...deps }),
    });
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
    for (const [fault, times] of Object.entries(world.happened)) happened[fault] = (happened[fault] ?? 0) + times;
  }
  const { answerLost, throttled, stale, untold } = happened;
  for (const times of [answerLost, throttled, stale, untold]) expect(times).toBeGreaterThan(0);
});
