import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { KeyringDeps } from './keyring.ts';

const STAGES = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];
const WITHIN_MS = 3_000;

/** The keys of a secret in Secrets Manager, in every stage of a rotation: who sends the new one and who still sends the old one are both known. */
export const secretKeys = (secrets: Pick<SecretsManagerClient, 'send'>, secretId: string): KeyringDeps['readKeys'] =>
  TE.tryCatch(
    async () => {
      const found = await Promise.all(STAGES.map((stage) => keyAt(secrets, secretId, stage)));
      const keys = found.filter((key) => key !== null);
      if (keys.length === 0) throw new Error('the secret holds no key');
      return keys;
    },
    (error) => ({ reason: error instanceof Error ? error.name : 'unknown' }),
  );

/** null: the secret is in no such stage. */
const keyAt = async (
  secrets: Pick<SecretsManagerClient, 'send'>,
  SecretId: string,
  VersionStage: string,
): Promise<string | null> => {
  try {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }), {
      abortSignal: AbortSignal.timeout(WITHIN_MS),
    });
    return SecretString ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
    throw error;
  }
};
