import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import {
  bundling,
  type FunctionDeclaration,
  type FunctionName,
  physicalName,
  tablesVariable,
  topology,
  type VariableName,
  variables,
} from '#adapters/topology.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { mapValues } from './declared.ts';
import { allow, type Tables, tableStatements } from './permissions.ts';
import type { RenamedTables } from './settings/tableSettings.ts';

export type FunctionsProps = {
  readonly prefix: string;
  readonly tables: Tables;
  /** Tables of other names than the prefix gives. */
  readonly renamed: RenamedTables;
  /** Of the tables. */
  readonly encryption: IKey;
  readonly wrappingKey: IKey;
  /** Of the logs. */
  readonly logKey: IKey;
  /** What the functions are told; each hears of what it declares alone. */
  readonly told: Readonly<Record<VariableName, string>>;
  /** Lies beside every bundle as mapping.json. */
  readonly mappingFile: string;
};

/** Where a function finds the mapping: Lambda unpacks a bundle here. */
export const MAPPING_PATH = '/var/task/mapping.json';

/** The functions of the topology, each with a role of its own that may touch what it declares. The stages add what else theirs need. */
export class Functions extends Construct {
  readonly functions: Readonly<Record<FunctionName, NodejsFunction>>;
  /** The second handler of `activate`: whether what the first began is done. */
  readonly activated: NodejsFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.functions = mapValues(topology.functions, (_, name) =>
      functionOf(this, name, name, name === 'activate' ? 'onEvent' : 'handler', props),
    );
    this.activated = functionOf(this, 'activated', 'activate', 'isComplete', props);
  }
}

const functionOf = (
  scope: Construct,
  id: string,
  name: FunctionName,
  handler: string,
  props: FunctionsProps,
): NodejsFunction => {
  const { prefix, logKey, told, mappingFile } = props;
  const declared: FunctionDeclaration = topology.functions[name];
  const functionName = physicalName(prefix, id);
  const logGroup = logsOf(scope, `${id}Logs`, `/aws/lambda/${functionName}`, logKey);
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const made = new NodejsFunction(scope, id, {
    functionName,
    entry: fileURLToPath(new URL(`../${declared.handler}`, import.meta.url)),
    handler,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: declared.memoryMb,
    timeout: Duration.seconds(declared.timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    environment: {
      ...Object.fromEntries(declared.variables.map((variable) => [variables[variable], told[variable]])),
      ...tablesTold(props.renamed),
    },
    awsSdkConnectionReuse: false,
    depsLockFilePath: fileURLToPath(new URL('package-lock.json', root)),
    projectRoot: fileURLToPath(root),
    bundling: bundlingWith(declared.variables.includes('mapping') ? mappingFile : null),
  });
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  for (const statement of tableStatements(scope, declared.tables, props.tables, props.encryption))
    role.addToPrincipalPolicy(statement);
  const wrapping = wrappingUse(declared);
  if (wrapping.length > 0) allow(role, wrapping, [props.wrappingKey.keyArn]);
  acknowledgeWildcards(role, ['*'], 'Segments of X-Ray belong to no resource.');
  return made;
};

/** Nothing, as long as all go by the names that the prefix gives them. */
export const tablesTold = (renamed: RenamedTables): Readonly<Record<string, string>> =>
  Object.keys(renamed).length === 0 ? {} : { [tablesVariable]: JSON.stringify(renamed) };

const root = new URL('../', import.meta.url);

/** One file of what is used and nothing else, as the topology has it. */
const bundlingWith = (mappingFile: string | null): BundlingOptions => ({
  format: OutputFormat.ESM,
  target: bundling.target,
  minify: bundling.minify,
  mainFields: [...bundling.mainFields],
  externalModules: [...bundling.external],
  logLevel: LogLevel.WARNING,
  esbuildArgs: Object.fromEntries(Object.entries(bundling.alias).map(([name, other]) => [`--alias:${name}`, other])),
  commandHooks: {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_: string, outputDir: string) =>
      mappingFile === null ? [] : [`cp "${mappingFile}" "${outputDir}/mapping.json"`],
  },
});

/** Who may write keys makes new ones. */
const wrappingUse = ({ tables, variables: names }: FunctionDeclaration): readonly string[] => {
  if (!names.includes('wrappingKey')) return [];
  return tables.keys?.includes('write') ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
};

/** Logs hold no member's data, and go with the stack. */
export const logsOf = (scope: Construct, id: string, logGroupName: string, encryptionKey: IKey): LogGroup =>
  new LogGroup(scope, id, {
    logGroupName,
    retention: RetentionDays.THREE_MONTHS,
    encryptionKey,
    removalPolicy: RemovalPolicy.DESTROY,
  });
