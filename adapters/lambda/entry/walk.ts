import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { carriedRevisions } from '../../dynamodb/carriedRevisions.ts';
import { busPublications } from '../../eventbridge/publications.ts';
import { putEventsOn } from '../../eventbridge/putEvents.ts';
import { connectJobs, connectProject } from '../../services.ts';
import { executions } from '../../stepfunctions/executions.ts';
import { startersRunning } from '../../stepfunctions/startersRunning.ts';
import { physicalName } from '../../topology.ts';
import { clock, openPlace } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { telemetryOf } from '../telemetry.ts';
import { walkHandler } from '../walk.ts';

const environment = environmentOf('walk', ['prefix', 'mapping', 'wrappingKey']);
const { prefix } = environment;
const { log, logFailure, metric, metricOf, around } = telemetryOf('walk', prefix);
const place = openPlace(environment, 'read');
const { project, events } = connectProject(place);
const { jobs, turns } = connectJobs(place);
const asked = executions(new SFNClient({}));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const putEvents = putEventsOn({
  client: new EventBridgeClient({}),
  bus: physicalName(prefix, 'wallet'),
  onRefused: (code, entries) => logFailure({ type: 'RestatementRefused', code, entries }),
});
const walk = walkHandler({
  ...{ ...project, events, jobs, turns, pause },
  publications: busPublications({ putEvents, pause, carried: carriedRevisions(place) }),
});

/** What a job found that should not be, whoever asked for it. */
const measure = ({ overdue = 0, drifted = 0 }: Readonly<Record<string, number>>): void => {
  metric('MembersOverdue', overdue);
  metric('MembersDrifted', drifted);
};

/** A step of a job of Step Functions. */
export const handler = around(async (step: unknown, context) => {
  try {
    const answer = await walk(step, {
      isRunning: startersRunning({ executions: asked, clock, prefix, functionArn: context.invokedFunctionArn }),
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    log({ type: 'Walked', ...answer });
    if ('found' in answer && answer.found !== undefined) measure(answer.found);
    if ('night' in answer && answer.night !== undefined) metricOf('job', answer.night, 'NightEnded', 1);
    return answer;
  } catch (error) {
    logFailure({ type: 'WalkFailed', reason: error instanceof Error ? error.message : 'something was thrown' });
    throw error;
  }
});
