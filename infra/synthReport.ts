import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What lies in a folder of templates, for the person who asked for them. null: nothing was put there since (ms since 1970), as by --help. */
export const synthReport = (out: string, sinceMs: number): string | null => {
  const manifest = join(out, 'manifest.json');
  // File systems round.
  if (!existsSync(manifest) || statSync(manifest).mtimeMs < sinceMs - 2_000) return null;
  const { artifacts } = readJson<Manifest>(manifest);
  const stacks = Object.entries(artifacts).flatMap(([name, artifact]) =>
    artifact.type === 'aws:cloudformation:stack' ? [stackOf(out, name, artifact)] : [],
  );
  const regions = new Set(stacks.map(({ region }) => region));
  const width = Math.max(...stacks.map(({ name }) => name.length));
  const digits = Math.max(...stacks.map(({ resources }) => String(resources.length).length));
  return [
    '',
    `Nothing is deployed. It would be, to ${[...regions].join(', ')}:`,
    '',
    ...stacks.map(({ name, resources, told }) => {
      const count = String(resources.length).padStart(digits);
      return `${name.padEnd(width)}  ${count} ${resources.length === 1 ? 'resource ' : 'resources'}  ${told}`;
    }),
    '',
    `Checked by CloudFormation's schemas and template rules, and by cdk-nag's rules of AWS Solutions: ${found(out)}.`,
    `Templates: ${stacks.map(({ template }) => relative(process.cwd(), template)).join(', ')}`,
    '',
  ].join('\n');
};

type Manifest = { readonly artifacts: Readonly<Record<string, Artifact>> };
type Artifact = {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: { readonly templateFile?: string; readonly terminationProtection?: boolean };
};
type Template = {
  readonly Description?: string;
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
};

const stackOf = (out: string, name: string, { environment = '', properties }: Artifact) => {
  const template = join(out, properties?.templateFile ?? '');
  const { Description = '', Resources } = readJson<Template>(template);
  const resources = Object.values(Resources).map(({ Type }) => Type);
  const kinds = kindsOf(resources);
  const told = [
    Description.replace(/^billfold: /, ''),
    ...(kinds === '' ? [] : [kinds]),
    ...(properties?.terminationProtection === true ? ['protected from being deleted'] : []),
  ].join('; ');
  return { name, template, resources, told, region: environment.split('/').at(-1) ?? '' };
};

/** What somebody who pays for it looks for first. */
const kindsOf = (types: readonly string[]): string =>
  Object.entries(KINDS)
    .map(([type, names]) => ({ names, count: types.filter((one) => one === type).length }))
    .flatMap(({ names: [one, many], count }) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`]))
    .join(', ');

const KINDS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  'AWS::DynamoDB::GlobalTable': ['table', 'tables'],
  'AWS::S3::Bucket': ['bucket', 'buckets'],
  'AWS::KMS::Key': ['key', 'keys'],
  'AWS::AppFlow::Flow': ['flow', 'flows'],
  'AWS::Events::EventBus': ['bus', 'buses'],
  'AWS::SQS::Queue': ['queue', 'queues'],
  'AWS::Lambda::Function': ['function', 'functions'],
  'AWS::Pipes::Pipe': ['pipe', 'pipes'],
  'AWS::CloudWatch::Alarm': ['alarm', 'alarms'],
};

const found = (out: string): string => {
  const path = join(out, 'validation-report.json');
  const { pluginReports } = readJson<{
    readonly pluginReports: readonly { readonly violations: readonly unknown[] }[];
  }>(path);
  const count = pluginReports.reduce((sum, { violations }) => sum + violations.length, 0);
  return count === 0 ? 'nothing found' : `${count} found, listed in ${relative(process.cwd(), path)}`;
};

const readJson = <A>(path: string): A => JSON.parse(readFileSync(path, 'utf8')) as A;
