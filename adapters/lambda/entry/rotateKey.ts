import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { soon } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { eventsUrl } from '../eventsUrl.ts';
import { isKeyAccepted } from '../isKeyAccepted.ts';
import { rotationHandler } from '../rotation.ts';
import { telemetryOf } from '../telemetry.ts';

const { prefix, middlewareUrl } = environmentOf('rotateKey', ['prefix', 'middlewareUrl']);

/** Invoked by Secrets Manager, once for each step of a rotation. */
export const handler = telemetryOf('rotateKey', prefix).around(
  rotationHandler({
    secrets: new SecretsManagerClient(soon),
    isAccepted: isKeyAccepted(eventsUrl(middlewareUrl)),
    pause: (ms) => pause(ms),
  }),
);
