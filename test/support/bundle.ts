import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { bundling, type FunctionName, topology } from '#adapters/topology.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Bundle = {
  readonly code: Uint8Array;
  readonly gzipBytes: number;
  /** The SDK's clients in it: "dynamodb" for @aws-sdk/client-dynamodb. */
  readonly clients: readonly Client[];
  /** Files in it, as paths from the root. */
  readonly files: readonly string[];
};

/** Those that are there. */
export const bundledFunctions = (Object.keys(topology.functions) as FunctionName[]).filter((name) =>
  existsSync(`${root}${topology.functions[name].handler}`),
);

/** A function as it is on AWS. */
export const bundleOf = (name: FunctionName): Promise<Bundle> =>
  bundled({ entryPoints: [`${root}${topology.functions[name].handler}`], ...asOnAws });

/**
 * The least that could ask the same services: each client, made, and one command. trimmed: bundled as the functions are; otherwise with all the
 * ways to credentials that the SDK brings.
 */
export const bundleOfClients = (clients: readonly Client[], how: 'trimmed' | 'whole'): Promise<Bundle> =>
  bundled({
    stdin: { contents: clients.map(askingClient).join('\n'), resolveDir: root },
    ...asOnAws,
    ...(how === 'whole' && { external: [] }),
  });

const askingClient = (name: Client, index: number): string => {
  const [client, command] = CLIENTS[name];
  return [
    `import { ${client} as Client${index}, ${command} as Command${index} } from '@aws-sdk/client-${name}';`,
    `const client${index} = new Client${index}({});`,
    `export const ask${index} = (input) => client${index}.send(new Command${index}(input));`,
  ].join('\n');
};

const CLIENTS = {
  appflow: ['AppflowClient', 'StartFlowCommand'],
  dynamodb: ['DynamoDBClient', 'PutItemCommand'],
  eventbridge: ['EventBridgeClient', 'PutEventsCommand'],
  kms: ['KMSClient', 'DecryptCommand'],
  pipes: ['PipesClient', 'DescribePipeCommand'],
  s3: ['S3Client', 'GetObjectCommand'],
  'secrets-manager': ['SecretsManagerClient', 'GetSecretValueCommand'],
  sfn: ['SFNClient', 'StartExecutionCommand'],
  sqs: ['SQSClient', 'SendMessageBatchCommand'],
} as const;
export type Client = keyof typeof CLIENTS;

const asOnAws = {
  ...{ bundle: true, platform: 'node', write: false, metafile: true, logLevel: 'silent' },
  ...bundling,
  mainFields: [...bundling.mainFields],
  external: [...bundling.external],
} as const satisfies BuildOptions;

const bundled = async (options: BuildOptions & { readonly metafile: true; readonly write: false }): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({ absWorkingDir: root, ...options });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
  );
  const names = new Set(files.flatMap((file) => /@aws-sdk\/client-([\w-]+)\//.exec(file)?.[1] ?? []));
  const clients = (Object.keys(CLIENTS) as Client[]).filter((name) => names.has(name));
  return { code, gzipBytes: gzipSync(code).length, clients, files };
};
