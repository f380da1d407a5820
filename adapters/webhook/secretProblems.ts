import * as E from 'fp-ts/lib/Either.js';
import type { Secrets } from '../secrets/secrets.ts';
import { HEADER_SECRET_EXPECTED, isHeaderText } from './request.ts';
import { type NamedSecret, secretsOf, type WebhookSettings } from './settings.ts';
import { signingKey } from './signature.ts';

/** A line for each secret that webhooks name and that cannot be used: what was expected, never the value. */
export const webhookSecretProblems = async (
  webhooks: readonly WebhookSettings[],
  secrets: Pick<Secrets, 'current'>,
): Promise<readonly string[]> => {
  const lines = await Promise.all(
    webhooks.flatMap((webhook) =>
      secretsOf(webhook).map(async (secret) => {
        const problem = await problemOf(secret, secrets);
        return problem === null ? [] : [`secret ${secret.name}, of the webhook ${webhook.name}: ${problem}`];
      }),
    ),
  );
  return lines.flat();
};

const problemOf = async (
  { name, isSigning }: NamedSecret,
  secrets: Pick<Secrets, 'current'>,
): Promise<string | null> => {
  const text = await secrets.current(name)();
  if (E.isLeft(text)) return `cannot be read (${text.left.reason})`;
  if (!isSigning) return isHeaderText(text.right) ? null : `expected ${HEADER_SECRET_EXPECTED}`;
  const key = signingKey(text.right);
  return E.isLeft(key) ? `expected ${key.left}` : null;
};
