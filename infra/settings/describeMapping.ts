import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isRecord } from './json.ts';
import type { Problem } from './problem.ts';
import type { Settings } from './settings.ts';

/** A flow of AppFlow as the mapping wants it. onDemand: a full load, started by hand. schedule: what changed since. event: as it happens. */
export type FlowDescription = { readonly name: string; readonly object: string } & (
  | { readonly trigger: 'onDemand'; readonly api?: TransferApi }
  | {
      readonly trigger: 'schedule';
      readonly everyMinutes: number;
      readonly offsetSeconds: number;
      /** What tells that a record changed. */
      readonly dateField: string;
      readonly api?: TransferApi;
    }
  | { readonly trigger: 'event'; readonly event: string }
);
export type TransferApi = 'REST_SYNC' | 'BULKV2';

type FieldNames = Readonly<Record<string, { readonly field: string }>>;
export type DescribedMapping = {
  /** The whole mapping; what is read of it here. */
  readonly mapping: {
    readonly objects: Readonly<
      Record<string, { readonly owner?: string; readonly fields: FieldNames; readonly custom?: FieldNames }>
    >;
    readonly feeds?: Readonly<Record<string, unknown>>;
  };
  readonly flows: readonly FlowDescription[];
};
export type Described = { readonly described: DescribedMapping } | { readonly problems: readonly Problem[] };

/** Asks billfold itself, in a process of its own: the infrastructure knows the topology and nothing else of the code. */
export const describeMapping = ({ mapping, prefix }: Pick<Settings, 'mapping' | 'prefix'>): Described => {
  const asked = spawnSync(
    process.execPath,
    [CLI, 'mapping', '--deployed', '--prefix', prefix, '--mapping', mapping, '--json'],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (asked.status !== 0)
    return refused(`${asked.stderr.trim() || asked.error?.message || 'billfold mapping ended without a word'}`);
  try {
    return checkDescription(JSON.parse(asked.stdout));
  } catch {
    return refused('billfold mapping --deployed --json: expected JSON');
  }
};

const CLI = fileURLToPath(new URL('../../adapters/cli/billfold.js', import.meta.url));

/** What was told, where it can be deployed: every object has a flow that brings it, or says that it needs none. */
export const checkDescription = (told: unknown): Described => {
  if (!isDescription(told))
    return refused(
      'billfold mapping --deployed --json: expected { mapping: { objects }, flows: [{ name, object, trigger }] }',
    );
  const { objects, feeds = {} } = told.mapping;
  const brought = new Set(told.flows.map(({ object }) => object));
  const problems = Object.keys(objects)
    .filter((object) => !brought.has(object) && feeds[object] !== 'elsewhere')
    .map((object) => ({
      where: `mapping: ${object}`,
      what: 'no flow brings its records. Switch one on for it under "feeds" in the mapping (full, everyMinutes or events); say "elsewhere" there if platform events or other systems tell of it; or take the object out.',
    }));
  return problems.length === 0 ? { described: told } : { problems };
};

const refused = (what: string): Described => ({ problems: [{ where: 'mapping', what }] });

const isDescription = (told: unknown): told is DescribedMapping => {
  if (!isRecord(told) || !isRecord(told.mapping) || !isRecord(told.mapping.objects)) return false;
  if (!Object.values(told.mapping.objects).every((meaning) => isRecord(meaning) && isRecord(meaning.fields)))
    return false;
  return Array.isArray(told.flows) && told.flows.every(isFlow);
};

const isFlow = (flow: unknown): flow is FlowDescription => {
  if (!isRecord(flow) || typeof flow.name !== 'string' || typeof flow.object !== 'string') return false;
  switch (flow.trigger) {
    case 'onDemand':
      return true;
    case 'schedule':
      return (
        typeof flow.everyMinutes === 'number' &&
        typeof flow.offsetSeconds === 'number' &&
        typeof flow.dateField === 'string'
      );
    case 'event':
      return typeof flow.event === 'string';
    default:
      return false;
  }
};
