import { type AwsJsonAnswer, type AwsJsonServer, startAwsJsonServer } from './awsJsonServer.ts';

export type SecretsServer = AwsJsonServer & {
  /** The value of each stage; a stage that is left out is nowhere. */
  readonly set: (name: string, stages: Readonly<Record<string, string>>) => void;
  /** Every request fails so until it is null. */
  readonly fail: (error: string | null) => void;
};

/** Secrets Manager's GetSecretValue (Secrets Manager API reference). */
export const startSecretsServer = async (): Promise<SecretsServer> => {
  const secrets = new Map<string, Readonly<Record<string, string>>>();
  let failure: string | null = null;
  const server = await startAwsJsonServer(({ operation, body }): AwsJsonAnswer => {
    if (failure !== null) return { error: failure };
    if (operation !== 'GetSecretValue') return { error: 'UnknownOperationException' };
    const { SecretId: name, VersionStage: stage = 'AWSCURRENT' } = body;
    const value = secrets.get(String(name))?.[String(stage)];
    return value === undefined
      ? { error: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value." }
      : { body: { Name: name, SecretString: value, VersionStages: [stage] } };
  });
  return {
    ...server,
    set: (name, stages) => void secrets.set(name, stages),
    fail: (error) => {
      failure = error;
    },
  };
};
