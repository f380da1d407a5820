import type { PipeTarget, RuleTarget } from '../topology.ts';
import { type Declared, fillersOf, type PartId, type PartKind } from './parts.ts';
import { homes } from './words.ts';

/** The box that a part is drawn in: where it was given a home, else with what it hands on to, else one of its own. */
export const homeOf = (topology: Declared, id: PartId): string => {
  const given = homes[id];
  if (given !== undefined) return given;
  const slash = id.indexOf('/');
  const name = id.slice(slash + 1);
  return homeOfKind[id.slice(0, slash) as PartKind](topology, name) ?? name;
};

type HomeOfKind = (topology: Declared, name: string) => string | undefined;

const homeOfKind: Readonly<Record<PartKind, HomeOfKind>> = {
  buckets: (topology) => Object.values(topology.rules).find(({ target }) => target.type === 'lake')?.bus,
  buses: (topology, name) => {
    const isHere = Object.entries(topology.buses).some(([bus, { owner }]) => bus === name && owner === 'billfold');
    return isHere ? undefined : homes['buckets/landing'];
  },
  rules: (topology, name) => {
    const rule = topology.rules[name];
    if (rule === undefined) return undefined;
    return topology.buses[rule.bus].owner === 'billfold' ? rule.bus : targetHome(topology, rule.target);
  },
  queues: (topology, name) => {
    const source = Object.values(topology.queueSources).find(({ queue }) => queue === name);
    if (source !== undefined) return functionHome(topology, source.function);
    const [filler] = fillersOf(topology, name);
    return filler === undefined ? undefined : homeOf(topology, `${filler.kind}/${filler.name}`);
  },
  pipes: (topology, name) => {
    const pipe = Object.entries(topology.pipes).find(([found]) => found === name)?.[1];
    return pipe === undefined ? undefined : targetHome(topology, pipe.target);
  },
  functions: (topology, name) => {
    const enriched = Object.entries(topology.pipes).find(([, { enrichment }]) => enrichment === name)?.[0];
    return enriched === undefined ? undefined : homeOf(topology, `pipes/${enriched}`);
  },
  schedules: ({ schedules, ...topology }, name) => startedHome({ schedules, ...topology }, schedules[name]),
  walks: ({ walks, ...topology }, name) => startedHome({ walks, ...topology }, walks[name]),
  nightly: ({ nightly, ...topology }, name) => {
    const job = nightly[name];
    return job === undefined ? undefined : homeOf({ nightly, ...topology }, `walks/${job.walk}`);
  },
  forgetting: ({ forgetting, ...topology }, name) =>
    startedHome({ forgetting, ...topology }, Object.entries(forgetting).find(([found]) => found === name)?.[1]),
  tables: () => undefined,
  middleware: () => undefined,
  destinations: () => undefined,
};

const functionHome = (topology: Declared, name: string): string => homeOf(topology, `functions/${name}`);

const startedHome = (topology: Declared, started: { readonly function: string } | undefined): string | undefined =>
  started === undefined ? undefined : functionHome(topology, started.function);

export const targetHome = (topology: Declared, target: RuleTarget | PipeTarget): string | undefined => {
  switch (target.type) {
    case 'function':
      return functionHome(topology, target.function);
    case 'queue':
      return homeOf(topology, `queues/${target.queue}`);
    case 'bus':
      return homeOf(topology, `buses/${target.bus}`);
    case 'lake':
      return undefined;
  }
};
