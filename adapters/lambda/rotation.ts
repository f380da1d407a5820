import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { FRESH_MS } from '../secrets/managedSecrets.ts';

export type RotationDeps = {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  /** Whether the middleware takes a key that is not current yet. Throws where it cannot be asked. */
  readonly isAccepted: (key: string) => Promise<boolean>;
  readonly pause: (ms: number) => Promise<void>;
};

/** One step of a rotation, as Secrets Manager invokes it (guide, "Rotation by Lambda function", read November 2026). */
const RotationStep = t.type({
  Step: t.keyof({ createSecret: null, setSecret: null, testSecret: null, finishSecret: null }),
  SecretId: t.string,
  ClientRequestToken: t.string,
});
type RotationStep = t.TypeOf<typeof RotationStep>;

/**
 * Gives the middleware's senders a new key. Nothing has to be told to the middleware: it reads the pending key as it reads the current and the previous one,
 * so no request is refused in between. Every step may come twice.
 */
export const rotationHandler =
  (deps: RotationDeps) =>
  async (event: unknown): Promise<void> => {
    const decoded = RotationStep.decode(event);
    if (E.isLeft(decoded)) throw new Error('expected a rotation step: Step, SecretId and ClientRequestToken');
    const step = decoded.right;
    const stages = await stagesOf(deps, step);
    if (stages.includes('AWSCURRENT')) return;
    if (!stages.includes('AWSPENDING')) throw new Error('this version of the secret is not the pending one');
    await steps[step.Step](deps, step);
  };

const steps: Readonly<Record<RotationStep['Step'], (deps: RotationDeps, step: RotationStep) => Promise<void>>> = {
  createSecret: async (deps, step) => {
    if ((await keyOf(deps, step)) !== null) return;
    const { SecretId, ClientRequestToken } = step;
    const SecretString = randomBytes(KEY_BYTES).toString('base64url');
    const VersionStages = ['AWSPENDING'];
    await deps.secrets.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }));
  },
  setSecret: async () => {},
  testSecret: async (deps, step) => {
    const key = await keyOf(deps, step);
    // Nothing was made: a schedule that does not begin at once was set up, and Secrets Manager tries it by this step alone (API, RotateSecret, "RotateImmediately", read
    // 2026-11-22). Before createSecret a version has no value (seen on AWS by getmoto/moto, pull request 8504); whether the one that is tried with has is UNCONFIRMED.
    if (key === null) return;
    // That one task of the middleware takes it says nothing of the others: by now all of them have read it.
    await deps.pause(FRESH_MS + MARGIN_MS);
    if (!(await deps.isAccepted(key))) throw new Error('the middleware does not take the pending key');
  },
  finishSecret: async (deps, step) => {
    if ((await keyOf(deps, step)) === null) throw new Error('there is no pending key to make the current one');
    const { SecretId, ClientRequestToken } = step;
    const { VersionIdsToStages = {} } = await deps.secrets.send(new DescribeSecretCommand({ SecretId }));
    const current = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
    await deps.secrets.send(
      new UpdateSecretVersionStageCommand({
        ...{ SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken },
        ...(current !== undefined && { RemoveFromVersionId: current }),
      }),
    );
  },
};

const KEY_BYTES = 32;
const MARGIN_MS = 10_000;

const stagesOf = async (
  { secrets }: RotationDeps,
  { SecretId, ClientRequestToken }: RotationStep,
): Promise<readonly string[]> => {
  const { RotationEnabled, VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  if (RotationEnabled !== true) throw new Error('rotation is not enabled for this secret');
  return VersionIdsToStages?.[ClientRequestToken] ?? [];
};

/** null: the version has no value yet. */
const keyOf = async (
  { secrets }: RotationDeps,
  { SecretId, ClientRequestToken }: RotationStep,
): Promise<string | null> => {
  try {
    const found = await secrets.send(
      new GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }),
    );
    return found.SecretString ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return null;
    throw error;
  }
};
