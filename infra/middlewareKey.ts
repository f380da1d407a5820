import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { physicalName, topology } from '#adapters/topology.ts';
import { acknowledge } from './acknowledge.ts';

/** What senders show the middleware. Kept with the data: a middleware elsewhere knows it too. */
export class MiddlewareKey extends Construct {
  readonly secret: Secret;

  constructor(
    scope: Construct,
    id: string,
    { prefix, encryption }: { readonly prefix: string; readonly encryption: IKey },
  ) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      secretName: physicalName(prefix, topology.middleware.keySecret),
      description: 'What senders of events say to the middleware; plain text',
      encryptionKey: encryption,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(this.secret, { 'AwsSolutions-SMG4': 'It is rotated, by the stack of the flow (relay.ts).' });
  }
}
