import { clockFaults } from './clock.ts';
import { connectionFaults } from './connections.ts';
import type { Fault } from './fault.ts';
import { flooded } from './flood.ts';
import { callersHangUp } from './hungUp.ts';
import { allKilled, dynamoDbKilled, killedInTheCradle, serviceKilled, serviceStopped } from './killed.ts';
import { malformedInput } from './malformed.ts';
import { partnerIll } from './partner.ts';
import { dynamoDbPaused, servicePaused } from './paused.ts';
import { pipesHeld } from './pipes.ts';
import { historyRepeated } from './repeated.ts';

/** Everything that goes wrong, in the order in which it is told. */
export const faults: readonly Fault[] = [
  ...[serviceKilled, dynamoDbKilled, allKilled, killedInTheCradle, serviceStopped],
  ...[servicePaused, dynamoDbPaused],
  ...connectionFaults,
  ...[partnerIll, ...clockFaults, historyRepeated, flooded, pipesHeld, callersHangUp, malformedInput],
];
