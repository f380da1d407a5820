import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import { awsError } from '../awsError.ts';
import { stopwatch } from '../clocks.ts';
import { type Secrets, type SecretUnavailable, secretUnavailable } from './secrets.ts';

export type ManagedSecretsDeps = {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  /** middleware-key is billfold-middleware-key there. */
  readonly prefix: string;
  readonly clock: Clock;
};

/** A step of a rotation is known everywhere after this: a new value has to be pending for at least so long before it becomes the current one. */
export const FRESH_MS = 60_000;
/** While Secrets Manager does not answer, what was known goes on being used, for so long. */
export const STALE_MS = 15 * 60_000;

/**
 * Secrets Manager: its stages AWSPENDING, AWSCURRENT and AWSPREVIOUS, plain text. Each is asked for once in a while, also by many at once.
 * Not Powertools' parameters: their cache tells values apart by name and not by stage (2.35, BaseProvider), so the current and the previous one would be
 * mixed up in the minutes of a rotation.
 */
export const managedSecrets = (deps: ManagedSecretsDeps): Secrets => {
  const known = new Map<string, Known>();
  const read = (name: string, stage: Stage): Promise<E.Either<SecretUnavailable, string | null>> => {
    const key = `${name} ${stage}`;
    const entry = known.get(key) ?? { value: null, readAgoMs: () => Number.POSITIVE_INFINITY, reading: null };
    known.set(key, entry);
    if (entry.readAgoMs() < FRESH_MS) return Promise.resolve(E.right(entry.value));
    entry.reading ??= readAgain(deps, name, stage, entry).finally(() => {
      entry.reading = null;
    });
    return entry.reading;
  };

  return {
    current: (name) => async () => {
      const value = await read(name, 'AWSCURRENT');
      if (E.isLeft(value)) return value;
      return value.right === null ? E.left(secretUnavailable(name, 'it has no value')) : E.right(value.right);
    },
    candidates: (name) => async () => {
      const values = await Promise.all(STAGES.map((stage) => read(name, stage)));
      const found = new Set(values.flatMap((value) => (E.isRight(value) && value.right !== null ? [value.right] : [])));
      // Whoever checks goes on with what could be read: a value that is not there is refused, which is told and tried again.
      const failed = values.find(E.isLeft);
      if (found.size > 0) return E.right([...found]);
      return failed ?? E.left(secretUnavailable(name, 'it has no value'));
    },
  };
};

/** null: there is no such stage, as in a secret that was never rotated. */
type Known = {
  value: string | null;
  readAgoMs: () => number;
  reading: Promise<E.Either<SecretUnavailable, string | null>> | null;
};

const STAGES = ['AWSPENDING', 'AWSCURRENT', 'AWSPREVIOUS'] as const;
type Stage = (typeof STAGES)[number];

const readAgain = async (
  { client, prefix, clock }: ManagedSecretsDeps,
  name: string,
  stage: Stage,
  entry: Known,
): Promise<E.Either<SecretUnavailable, string | null>> => {
  const asked = await askFor(client, `${prefix}-${name}`, stage);
  if (E.isRight(asked)) {
    entry.value = asked.right;
    entry.readAgoMs = stopwatch(clock);
    return asked;
  }
  return entry.readAgoMs() < STALE_MS ? E.right(entry.value) : E.left(secretUnavailable(name, asked.left));
};

const askFor = async (
  client: ManagedSecretsDeps['client'],
  SecretId: string,
  VersionStage: Stage,
): Promise<E.Either<string, string | null>> => {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    return E.right(SecretString ?? null);
  } catch (error) {
    const { name, reason } = awsError(error);
    // Of a stage that is nowhere, and of a secret that is not there (Secrets Manager API reference, GetSecretValue, Errors).
    if (name === 'ResourceNotFoundException') return E.right(null);
    return E.left(name === reason ? name : `${name}: ${reason}`);
  }
};
