import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type MiddlewareDeclaration, physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from './acknowledge.ts';
import type { DescribedDestinations } from './settings/describeDestinations.ts';

/** The operators' key always; of the others those that a destination reads. */
export const secretsOf = (destinations: DescribedDestinations | null): readonly string[] => [
  ...new Set([topology.middleware.operatorSecret, ...(destinations?.secrets ?? [])]),
];

type Props = { readonly prefix: string; readonly encryption: IKey; readonly names: readonly string[] };

/** What the middleware shows partners, and is shown. What a partner gives is empty until somebody puts it there; nothing of it stands in a template. */
export class MiddlewareSecrets extends Construct {
  constructor(scope: Construct, id: string, { prefix, encryption, names }: Props) {
    super(scope, id);
    const declared: MiddlewareDeclaration['secrets'] = topology.middleware.secrets;
    for (const name of names) {
      const isGenerated = declared[name] === 'generated';
      // Without a value and without a generator it is made empty (CloudFormation reference, AWS::SecretsManager::Secret, read November 2026).
      const secret = new CfnSecret(this, name, {
        name: physicalName(prefix, name),
        description: isGenerated ? 'Made here; plain text' : 'Put here by hand: infra/FIRST-HOUR.md says how',
        kmsKeyId: encryption.keyArn,
        ...(isGenerated && { generateSecretString: { passwordLength: 43, excludePunctuation: true } }),
      });
      secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
      acknowledge(secret, { 'AwsSolutions-SMG4': ROTATION[isGenerated ? 'generated' : 'given'] });
    }
  }
}

const ROTATION = {
  generated:
    'Renewed by hand where it has to be: passes on phones carry what is derived from one, and operators keep the other',
  given: 'A partner gives it, so that nothing here can make a new one; alarms tell before a certificate ends',
} as const;
