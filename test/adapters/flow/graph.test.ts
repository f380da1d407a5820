import { describe, expect, it } from 'vitest';
import { boxNamed, flowGraph } from '#adapters/flow/graph.ts';
import { type Declared, partsOf } from '#adapters/flow/parts.ts';
import { topology } from '#adapters/topology.ts';

const graph = flowGraph(topology, ['apple', 'crm']);
const edge = (from: string, to: string) => graph.edges.find((one) => one.from === from && one.to === to);
const idsIn = (name: string): readonly string[] => boxNamed(graph, name)?.parts.map(({ id }) => id) ?? [];

describe('the drawing of the topology', () => {
  it('shows every part that is declared, once', () => {
    const drawn = graph.boxes.flatMap(({ parts }) => parts.map(({ id }) => id));
    const declared = Object.entries(topology).flatMap(([kind, named]) =>
      ['prefix', 'queueSources', 'middleware'].includes(kind)
        ? []
        : Object.keys(named).map((name) => `${kind}/${name}`),
    );
    expect(declared.length).toBeGreaterThan(40);
    expect(drawn.toSorted()).toEqual(
      [...declared, 'middleware/middleware', 'destinations/apple', 'destinations/crm'].toSorted(),
    );
  });

  it('is small enough to be read: a dozen boxes, each with a sentence', () => {
    expect(graph.boxes.length).toBeLessThanOrEqual(12);
    for (const { label, does, unit } of graph.boxes)
      expect([label, does, unit].every((text) => text !== '')).toBe(true);
  });

  it('tells what stands in the place of what only AWS has', () => {
    const instead = Object.fromEntries(partsOf(topology).map((part) => [part.id, part.instead]));
    expect(instead).toMatchObject({
      ...{ 'functions/ingest': null, 'queues/ingest': null, 'queues/relayDead': null, 'pipes/poke': null },
      ...{ 'functions/rotateKey': 'the key is in a file of the data folder', 'rules/landedFiles': 'on AWS alone' },
      ...{ 'queues/partsDead': 'on AWS alone', 'buses/account': 'on AWS alone' },
    });
  });

  it('goes from what Salesforce says to the wallets, each step by the parts that take it', () => {
    const way = ['source', 'ingest', 'events', 'projector', 'views', 'wallet', 'middleware', 'apple'];
    const steps = way.slice(1).map((to, index) => edge(way[index] ?? '', to)?.by);
    expect(steps).toEqual([
      ['rules/ingestEverything'],
      ['functions/ingest'],
      ['pipes/poke'],
      ['functions/projector'],
      ['pipes/publish'],
      ['rules/relayLive', 'rules/relayBulk'],
      ['destinations/apple'],
    ]);
    expect(edge('events', 'domain')?.by).toEqual(['pipes/announce']);
    expect(edge('files', 'events')?.by).toEqual(['functions/loadPart']);
  });

  it('puts machinery with what it serves: queues with their reader, dead letters with what gave up', () => {
    expect(idsIn('ingest')).toEqual(expect.arrayContaining(['queues/ingest', 'functions/ingest', 'queues/ingestDead']));
    expect(idsIn('wallet')).toEqual(
      expect.arrayContaining(['pipes/publish', 'functions/walletEvent', 'queues/publishDead']),
    );
    expect(idsIn('middleware')).toEqual(
      expect.arrayContaining(['queues/relayLive', 'queues/relayBulk', 'functions/relay', 'queues/relayDead']),
    );
  });

  it('lists boxes in the order of the flow', () => {
    const places = new Map(graph.boxes.map(({ name }, place) => [name, place]));
    for (const { from, to } of graph.edges) expect(places.get(from)).toBeLessThan(places.get(to) ?? 0);
  });

  it('finds a box by its name, by a part of it, and by nothing else', () => {
    expect(boxNamed(graph, 'ingest')?.name).toBe('ingest');
    expect(boxNamed(graph, 'poke')?.name).toBe('projector');
    expect(boxNamed(graph, 'queues/relayLive')?.name).toBe('middleware');
    expect(boxNamed(graph, 'toString')).toBeNull();
  });
});

describe('a webhook that is called like a box', () => {
  const drawn = flowGraph(topology, ['events', 'constructor']);

  it.each(['events', 'constructor'])('has a box of its own: %s', (name) => {
    const box = boxNamed(drawn, `destinations/${name}`);
    expect(box?.parts.map(({ id }) => id)).toEqual([`destinations/${name}`]);
    expect(box).toMatchObject({ kind: 'outside', label: name });
    expect(drawn.edges).toContainEqual({ from: 'middleware', to: box?.name, by: [`destinations/${name}`] });
  });

  it('leaves the box as it is', () => {
    expect(boxNamed(drawn, 'events')).toEqual(boxNamed(graph, 'events'));
  });
});

describe('what is added to the topology', () => {
  const { tables: _, ...projector } = topology.functions.projector;
  const grown: Declared = {
    ...topology,
    rules: {
      ...topology.rules,
      mail: {
        bus: 'wallet',
        pattern: { source: ['billfold.wallet'] },
        target: { type: 'function', function: 'clock' },
      },
    },
    functions: { ...topology.functions, ...{ mailer: { ...projector, tables: {} } } },
  };
  const drawn = flowGraph(grown, []);

  it('is drawn by itself: a rule as an edge, a function as a box', () => {
    expect(drawn.edges).toContainEqual({ from: 'wallet', to: 'clock', by: ['rules/mail'] });
    expect(boxNamed(drawn, 'mailer')).toMatchObject({ label: 'mailer', main: 'functions/mailer' });
  });
});
