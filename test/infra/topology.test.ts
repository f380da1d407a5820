import { describe, expect, test } from 'vitest';
import { KEPT_MS } from '#adapters/keys/dynamoKeys.ts';
import { inPlaceOf, isPlacedHere } from '#adapters/local/placed.ts';
import { type BusDeclaration, type RuleDeclaration, topology } from '#adapters/topology.ts';
import { readBack } from './readBack.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const stacks = synthesised({
  relaySources: 'aws.partner/salesforce.com/00D8d0000008aBcEAI/0YL8d0000001XyZGAU',
  relayRoutes: { points: { 'detail-type': ['Points_Posted__e'] } },
});
const deployed = readBack(stacks);
const APPFLOW = 'aws.partner/appflow/salesforce.com/111122223333/billfold';
const RELAY = 'aws.partner/salesforce.com/00D8d0000008aBcEAI/0YL8d0000001XyZGAU';

/** A rule as the template would have it. */
const rulesOf = (of: string, bus: string) =>
  Object.entries<RuleDeclaration>(topology.rules).flatMap(([name, { bus: declared, pattern, bucket, target }]) => {
    if (declared !== of || target.type === 'function') return [];
    const detail = bucket && {
      detail: { ...(pattern.detail as object), bucket: { name: [`billfold-${bucket}-111122223333-eu-central-1`] } },
    };
    return [
      { name, bus, pattern: { ...pattern, ...detail }, targets: [target.type === 'lake' ? 'lake' : target.queue] },
    ];
  });

describe('what is deployed is what is declared', () => {
  test('tables, with their keys, streams, indexes, backups and times to live', () => {
    expect(deployed.tables).toEqual(topology.tables);
  });

  test('queues, with how long, how often, and where what failed goes', () => {
    expect(deployed.queues).toEqual(topology.queues);
  });

  test('pipes, with their filters, batches, retries, enrichments and targets', () => {
    expect(deployed.pipes).toEqual(topology.pipes);
  });

  test('which function works at which queue, and how many of it', () => {
    expect(deployed.queueSources).toEqual(topology.queueSources);
  });

  test('schedules', () => {
    expect(deployed.schedules).toEqual(topology.schedules);
  });

  test('what is done each night, by which walk', () => {
    expect(deployed.nightly).toEqual(topology.nightly);
  });

  test('forgetting: what is not settled is gone on with at night, a member after the keys are let go, by states of different names', () => {
    const { function: name, atUtc, keysLetGoSeconds, onTheWaySeconds } = topology.forgetting.members;
    expect(deployed.forgettingAt).toEqual({ [name]: atUtc });
    const [machine] = resourcesOf(stacks.flow, 'AWS::StepFunctions::StateMachine').filter(
      ({ Properties }) => Properties.StateMachineName === `billfold-${name}`,
    );
    const told = JSON.stringify(machine?.Properties.DefinitionString).replaceAll('\\"', '"');
    expect(told.match(/"Seconds":\d+/g)).toEqual(
      [keysLetGoSeconds, onTheWaySeconds, keysLetGoSeconds, onTheWaySeconds].map((seconds) => `"Seconds":${seconds}`),
    );
    expect(keysLetGoSeconds * 1_000).toBeGreaterThanOrEqual(KEPT_MS + topology.functions.ingest.timeoutSeconds * 1_000);
    const names = [...told.matchAll(/"([A-Z]\w+)":\{"(?:Type|Next|End)"/g)].map(([, state]) => state);
    expect(names.length).toBeGreaterThan(25);
    expect(new Set(names).size).toBe(names.length);
  });

  test('functions, with their size and what they are told', () => {
    const declared = Object.entries(topology.functions).map(([name, { timeoutSeconds, memoryMb, variables }]) => [
      name,
      { timeoutSeconds, memoryMb, variables: [...variables].sort() },
    ]);
    const ours = Object.entries(deployed.functions)
      .filter(([name]) => name in topology.functions)
      .map(([name, { variables, ...rest }]) => [name, { ...rest, variables: [...variables].sort() }]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(declared));
  });

  test('archives, for as long as the bus is kept', () => {
    const kept = Object.entries<BusDeclaration>(topology.buses).flatMap(([name, bus]) =>
      bus.retention === 'kept' ? [[name, bus.archiveDays]] : [],
    );
    expect(deployed.archives).toEqual(Object.fromEntries(kept));
  });

  test('walks, as wide as declared', () => {
    const [machine] = resourcesOf(stacks.flow, 'AWS::StepFunctions::StateMachine').filter(
      ({ Properties }) => Properties.StateMachineName === 'billfold-jobs',
    );
    expect(JSON.stringify(machine?.Properties.DefinitionString)).toContain(
      `\\"MaxConcurrency\\":${topology.walks.jobs.maximumConcurrency}`,
    );
  });

  test('rules, on their own bus and on that of every partner that joins it', () => {
    const route = {
      name: 'route-points',
      bus: RELAY,
      pattern: { 'detail-type': ['Points_Posted__e'] },
      targets: ['relayLive'],
    };
    expect(deployed.rules).toEqual({
      source: rulesOf('source', 'source'),
      [APPFLOW]: rulesOf('source', APPFLOW),
      [RELAY]: [...rulesOf('source', RELAY), route],
      default: rulesOf('account', 'default'),
      domain: rulesOf('domain', 'domain'),
      wallet: rulesOf('wallet', 'wallet'),
    });
  });
});

describe('what runs locally is what is deployed', () => {
  test('every function that a laptop runs is put to work by a deployed queue, pipe or schedule, and no other but those it has no part for', () => {
    const absent = Object.keys(inPlaceOf);
    const workers = [
      ...Object.values(deployed.queueSources).map((source) => source.function),
      ...Object.values(deployed.schedules).map((schedule) => schedule.function),
      ...Object.values(deployed.pipes).flatMap(({ target, enrichment }) =>
        [target.function ?? [], enrichment ?? []].flat(),
      ),
    ];
    const local = Object.keys(topology.functions).filter((name) => !absent.includes(name));
    expect(new Set(workers.filter((name) => !absent.includes(name)))).toEqual(new Set(local));
    expect(local).toContain('projector');
  });

  test('every rule of a bus of ours is either run locally or leads to a part that is not there', () => {
    const run = Object.entries<RuleDeclaration>(topology.rules)
      .filter(([, rule]) => isPlacedHere(topology, rule))
      .map(([name]) => name);
    const deployedNames = Object.values(deployed.rules).flatMap((rules) => (rules ?? []).map(({ name }) => name));
    expect(run.filter((name) => !deployedNames.includes(name))).toEqual([]);
    expect(run).toContain('ingestEverything');
  });
});
