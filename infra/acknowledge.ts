import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What cdk-nag finds there and is meant so: rule → reason. It stands beside the resource it is about. */
export const acknowledge = (construct: IConstruct, reasons: Readonly<Record<string, string>>): void =>
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));

/** Of these resources with a wildcard in their names alone, so that another one is found. */
export const acknowledgeWildcards = (construct: IConstruct, resources: readonly string[], reason: string): void => {
  const named = resources.map((resource) => flat(Stack.of(construct).resolve(resource)));
  acknowledge(construct, Object.fromEntries(named.map((name) => [`AwsSolutions-IAM5[Resource::${name}]`, reason])));
};

/** As cdk-nag writes what CloudFormation will put in: <Function.Arn>, <AWS::AccountId>. */
const flat = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref: ref } = value as Intrinsic;
  if (join !== undefined) return join[1].map(flat).join(join[0]);
  return attribute !== undefined ? `<${attribute.join('.')}>` : `<${ref}>`;
};
type Intrinsic = {
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly Ref?: string;
};
