import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { topology } from '../../topology.ts';
import { soon } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { isKeyAccepted } from '../isKeyAccepted.ts';
import { rotationHandler } from '../rotation.ts';
import { telemetryOf } from '../telemetry.ts';

const { prefix, middlewareUrl } = environmentOf('rotateKey', ['prefix', 'middlewareUrl']);
const EVENTS_PATH = '/events' satisfies typeof topology.middleware.eventsPath;

/** Invoked by Secrets Manager, once for each step of a rotation. */
export const handler = telemetryOf('rotateKey', prefix).around(
  rotationHandler({
    secrets: new SecretsManagerClient(soon),
    isAccepted: isKeyAccepted(`${middlewareUrl.replace(/\/+$/, '')}${EVENTS_PATH}`),
    pause: (ms) => pause(ms),
  }),
);
