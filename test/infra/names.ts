import type { Resource, Stacks, StackTemplate } from './synthesised.ts';

export type Names = (value: unknown) => string;

/** What CloudFormation would put in: the name of what is referred to, wherever it stands, in either stack. Account 111122223333. */
export const namesIn = ({ store, flow }: Stacks): Names => {
  const nameOf = (stack: StackTemplate): Names => {
    const told = (value: unknown): string => {
      if (typeof value === 'string') return value;
      const intrinsic = value as Readonly<Record<string, unknown>>;
      if (typeof intrinsic.Ref === 'string')
        return PSEUDO[intrinsic.Ref] ?? physical(intrinsic.Ref, stack.Resources[intrinsic.Ref], told);
      const [ofJoin, ofAttribute, ofImport] = [
        intrinsic['Fn::Join'],
        intrinsic['Fn::GetAtt'],
        intrinsic['Fn::ImportValue'],
      ];
      if (Array.isArray(ofJoin)) return (ofJoin[1] as unknown[]).map(told).join(ofJoin[0] as string);
      if (Array.isArray(ofAttribute)) return physical(ofAttribute[0], stack.Resources[ofAttribute[0]], told);
      if (typeof ofImport === 'string') return exported(ofImport);
      throw new Error(`an intrinsic that is not known: ${JSON.stringify(value)}`);
    };
    return told;
  };
  const exported = (name: string): string => {
    const output = Object.values(store.Outputs ?? {}).find(({ Export }) => Export.Name === name);
    return nameOf(store)(output?.Value);
  };
  return nameOf(flow);
};

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

const NAMED = [
  'DeliveryStreamName',
  'QueueName',
  'FunctionName',
  'TableName',
  'Name',
  'FlowName',
  'LogGroupName',
  'BucketName',
  'StateMachineName',
];

/** A resource without a name of its own goes by its logical id. */
const physical = (id: string, resource: Resource | undefined, told: Names): string => {
  const property = NAMED.find((name) => resource?.Properties?.[name] !== undefined);
  return property === undefined ? id : told(resource?.Properties[property]);
};

/** The same, with what CloudFormation would put in. */
export const withNames = (data: unknown, names: Names): unknown => {
  if (Array.isArray(data)) return data.map((item) => withNames(item, names));
  if (typeof data !== 'object' || data === null) return data;
  if (Object.keys(data).some((key) => key === 'Ref' || key.startsWith('Fn::'))) return names(data);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withNames(value, names)]));
};
