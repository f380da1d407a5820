import { describe, expect, it } from 'vitest';
import { boxNow, edgePerSecond } from '#adapters/console/page/flow/boxNow.ts';
import { declarationOf } from '#adapters/console/page/flow/declaration.ts';
import { ageText, countText, rateText, waitingText } from '#adapters/console/page/flow/inWords.ts';
import { boxNamed, flowGraph } from '#adapters/flow/graph.ts';
import { partsOf } from '#adapters/flow/parts.ts';
import type { PartNow } from '#adapters/http/answers/flow.ts';
import { topology } from '#adapters/topology.ts';

const part = (some: Partial<PartNow>): PartNow => ({
  ...{ passed: 0, perSecond: 0, waiting: 0, isMore: false, oldestMs: null, failed: 0, dead: 0, lastAt: null },
  ...{ state: 'ok', ...some },
});
const graph = flowGraph(topology, []);
const middleware = boxNamed(graph, 'middleware');
if (middleware === null) throw new Error('no box middleware');

describe('a box of the flow', () => {
  it('counts what its main part passed, and what waits or died in any of its parts', () => {
    const numbers = {
      'functions/relay': part({ passed: 12, perSecond: 3 }),
      'queues/relayLive': part({ passed: 7, waiting: 2, oldestMs: 40 }),
      'queues/relayBulk': part({ waiting: 3, oldestMs: 900, isMore: true, state: 'retrying' }),
      'queues/relayDead': part({ dead: 1 }),
      'queues/ingest': part({ waiting: 99 }),
    };
    expect(boxNow(middleware, numbers)).toEqual({
      ...{ passed: 12, perSecond: 3, waiting: 5, isMore: true, oldestMs: 900, dead: 1, state: 'retrying' },
    });
  });

  it('says the worst of its parts', () => {
    const numbers = {
      'queues/relayLive': part({ state: 'retrying' }),
      'middleware/middleware': part({ state: 'down' }),
    };
    expect(boxNow(middleware, numbers).state).toBe('down');
  });
});

describe('an edge of the flow', () => {
  it('moves as fast as the parts that move it do together', () => {
    const way = graph.edges.find(({ from, to }) => from === 'wallet' && to === 'middleware');
    const numbers = { 'rules/relayLive': part({ perSecond: 2 }), 'rules/relayBulk': part({ perSecond: 0.5 }) };
    expect(way && edgePerSecond(graph, way, numbers)).toBe(2.5);
  });

  it('moves as fast as its box where what moves it is on AWS alone', () => {
    const way = graph.edges.find(({ from }) => from === 'files');
    expect(way && edgePerSecond(graph, way, { 'buckets/landing': part({ perSecond: 4 }) })).toBe(4);
  });
});

describe('what is said', () => {
  it('of numbers is short', () => {
    expect([countText(1_234), countText(12_345_678)]).toEqual(['1,234', '12.3M']);
    expect([0.4, 950, 1_500, 90_000, 7_200_000, 400_000_000].map(ageText)).toEqual([
      '0 ms',
      '950 ms',
      '1.5 s',
      '2 min',
      '2 h',
      '5 days',
    ]);
    expect([35_086, 9_949].map(ageText)).toEqual(['35 s', '9.9 s']);
    expect([0.84, 12.4, 1_234.56].map(rateText)).toEqual(['0.8/s', '12/s', '1,235/s']);
    expect(waitingText({ waiting: 200, isMore: true, oldestMs: 3_000 })).toBe('200+ wait, 3 s');
    expect(waitingText({ waiting: 0, isMore: false, oldestMs: null })).toBeNull();
  });

  it('of a part is what is declared of it', () => {
    expect(declarationOf(topology, { kind: 'queues', name: 'ingest' })).toEqual([
      { name: 'Gives up', value: 'after 8 tries, into ingestDead' },
      { name: 'Keeps', value: '14 days, on AWS' },
      { name: 'Read by', value: 'ingest' },
      { name: 'In batches of', value: 'up to 10, 4 at once' },
    ]);
    expect(declarationOf(topology, { kind: 'pipes', name: 'publish' })).toContainEqual({
      ...{ name: 'Lets through', isCode: true },
      value: '{ "dynamodb": { "NewImage": { "changed": { "S": [{ "exists": true }] } } } }',
    });
    for (const declared of partsOf(topology).filter(({ kind }) => kind !== 'walks'))
      expect(declarationOf(topology, declared), declared.id).not.toEqual([]);
  });
});
