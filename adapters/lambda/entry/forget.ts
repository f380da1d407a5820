import { SQSClient } from '@aws-sdk/client-sqs';
import { deliveriesOfMember } from '../../dynamodb/deliveriesOfMember.ts';
import { dynamoDbFingerprintStore } from '../../dynamodb/fingerprintStore.ts';
import { dynamoDbRegistrations } from '../../dynamodb/registrations.ts';
import { connectIngest, connectProject } from '../../services.ts';
import { forgetLetters, type LettersWithText } from '../../sqs/forgetLetters.ts';
import { clock, connectTables, deployedMapping, ownKeys, soon } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { forgetHandler } from '../forget.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('forget', ['prefix', 'mapping', 'wrappingKey']);
const { log, logFailure, around } = telemetryOf('forget', environment.prefix);
const tables = connectTables(environment);
const place = {
  ...{ ...tables, prefix: environment.prefix, clock, mapping: deployedMapping(environment.mapping) },
  keys: ownKeys(tables, environment),
};
const letters = { sqs: new SQSClient(soon), prefix: environment.prefix };
/** Said again, so that no bundle holds the topology. */
const QUEUES: readonly LettersWithText[] = ['ingestDead', 'relayDead', 'undelivered'];

const forget = forgetHandler({
  ...{ ...place, ...connectIngest(place), ...connectProject(place) },
  fingerprints: dynamoDbFingerprintStore(tables),
  deliveries: deliveriesOfMember(tables),
  registrations: dynamoDbRegistrations({ ...tables, clock }),
  forgetLetters: async (isAbout) => {
    const told = await Promise.all(QUEUES.map((queue) => forgetLetters(letters, queue, isAbout)));
    return { removed: told.reduce((sum, { removed }) => sum + removed, 0), left: told.some(({ left }) => left) };
  },
});

/** A step of a member's forgetting, for Step Functions. */
export const handler = around(async (step: unknown) => {
  const action = typeof step === 'object' && step !== null && 'action' in step ? step.action : null;
  try {
    const answer = await forget(step);
    log({ type: 'Forgot', action });
    return answer;
  } catch (error) {
    logFailure({
      type: 'ForgetFailed',
      action,
      reason: error instanceof Error ? error.message : 'something was thrown',
    });
    throw error;
  }
});
