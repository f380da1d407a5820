import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { managedSecrets } from '../../secrets/managedSecrets.ts';
import { sqsSender } from '../../sqs/sender.ts';
import type { topology } from '../../topology.ts';
import { clock, soon } from '../compose.ts';
import { environmentOf } from '../environment.ts';
import { eventsUrl } from '../eventsUrl.ts';
import { middlewareClient } from '../middlewareClient.ts';
import { pause } from '../pause.ts';
import { relayHandler } from '../relay.ts';
import { telemetryOf } from '../telemetry.ts';

const environment = environmentOf('relay', ['prefix', 'middlewareUrl', 'relayDeadQueue']);
const { metric, logFailure, around } = telemetryOf('relay', environment.prefix);

// As the topology has it; said again, so that the bundle does not hold the topology.
const KEY_SECRET = 'middleware-key' satisfies typeof topology.middleware.keySecret;

const client = new SecretsManagerClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});
const openSecrets = () => managedSecrets({ client, prefix: environment.prefix, clock });
let secrets = openSecrets();

const toDeadLetters = sqsSender({ sqs: new SQSClient(soon), queueUrl: environment.relayDeadQueue, pause });

const relay = relayHandler({
  bury: (body) => toDeadLetters([body]),
  post: middlewareClient({
    url: eventsUrl(environment.middlewareUrl),
    key: (which) => {
      // What was known is forgotten.
      if (which === 'renewed') secrets = openSecrets();
      return secrets.current(KEY_SECRET)();
    },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  }),
  clock,
  onRelayed: ({ relayed, refused, retried }) => {
    metric('Relayed', relayed);
    metric('RelayRefused', refused);
    metric('RelayRetried', retried);
  },
  onFailure: (reason, messages) => logFailure({ type: 'RelayFailed', reason, messages }),
});

/** The relay queues, live and bulk: wallet events to the middleware. */
export const handler = around((batch: SQSEvent, context) => relay(batch, () => context.getRemainingTimeInMillis()));
