import { describe, expect, it } from 'vitest';
import { chainOf, isOver } from '#adapters/console/page/operate/sample/chain.ts';
import { entryText } from '#adapters/console/page/operate/sample/entryText.ts';
import type { SampleEditTaken, SampleTrace } from '#adapters/http/answers/sample.ts';

const entry = { Source: 'aws.partner/x', DetailType: 'OrderChangeEvent', Detail: '{"a":[1726000000000000001]}' };
const taken: SampleEditTaken = {
  ...{ traceId: 't', memberId: 'm', acknowledgedAt: '2026-05-01T12:00:00.000Z', entry, sequence: 4 },
  before: { version: 7, revision: 2, pass: null },
};
const nothingYet: SampleTrace = {
  ...{ traceId: 't', events: [], refused: null, wallet: null, deliveries: [] },
  now: { version: 7, revision: 2, pass: null },
};
const recorded: SampleTrace = {
  ...nothingYet,
  events: [{ version: 8, type: 'PurchaseRecorded', recordedAt: '2026-05-01T12:00:00.012Z' }],
};
const published = {
  ...recorded,
  now: { version: 8, revision: 3, pass: null },
  wallet: {
    ...{ sequence: 5, type: 'WalletPassUpdated', revision: 3, occurredAt: '2026-05-01T12:00:00.030Z' },
    changed: ['spend.purchases'],
  },
} as unknown as SampleTrace;
const delivery = (some: object = {}) => ({
  ...{ destination: 'google', state: 'delivered' as const, done: 3, wanted: 3, reason: null },
  steps: [{ step: 'patch', at: '2026-05-01T12:00:00.090Z', outcome: 'ok', status: 200 }],
  ...some,
});
const statesOf = (trace: SampleTrace | null) => chainOf(taken, trace).map(({ id, state }) => `${id} ${state}`);

describe('what a change set off', () => {
  it('is seen link by link: bus, log, wallet bus, each destination', () => {
    expect(statesOf(null)).toEqual(['bus done', 'log waiting']);
    expect(statesOf(nothingYet)).toEqual(['bus done', 'log waiting', 'wallet waiting', 'wallets waiting']);
    expect(statesOf(recorded)).toEqual(['bus done', 'log done', 'wallet waiting', 'wallets waiting']);
    const waiting = delivery({ destination: 'apple', state: 'waiting', done: 2 });
    expect(statesOf({ ...published, deliveries: [waiting, delivery()] })).toEqual([
      ...['bus done', 'log done', 'wallet done', 'to-apple waiting', 'to-google done'],
    ]);
  });

  it('says which paused pipe it waits for', () => {
    const textOf = (trace: SampleTrace, pipe: string) =>
      chainOf(taken, trace, [pipe]).find(({ id }) => id === 'wallet')?.text;
    expect(textOf(recorded, 'poke')).toContain('the pipe poke is paused');
    const folded = { ...recorded, now: { version: 8, revision: 3, pass: null } };
    expect(textOf(folded, 'publish')).toBe(
      'Revision 3 is folded, and waits to be published: the pipe publish is paused',
    );
    expect(textOf(folded, 'announce')).toBe('Revision 3 is folded, and waits to be published');
  });

  it('says why nobody was told', () => {
    const steps = [{ step: 'push', at: '2026-05-01T12:00:00.090Z', outcome: 'skipped' as const, status: null }];
    const last = chainOf(taken, { ...published, deliveries: [delivery({ destination: 'apple', steps })] }).at(-1);
    expect(last).toMatchObject({ state: 'done', text: 'no phone has the pass, so none is told' });
  });

  it('tells when each was done', () => {
    const times = chainOf(taken, { ...published, deliveries: [delivery()] }).map(({ at }) => at);
    const begin = Date.parse(taken.acknowledgedAt);
    expect(times).toEqual([begin, begin + 12, begin + 30, begin + 90]);
  });

  it('is over when all is done, refused, or changed nothing that a holder sees', () => {
    expect([null, nothingYet, recorded].map((trace) => isOver(taken, trace))).toEqual([false, false, false]);
    expect(isOver(taken, { ...published, deliveries: [delivery({ state: 'waiting', done: 2 })] })).toBe(false);
    expect(isOver(taken, { ...published, deliveries: [delivery()] })).toBe(true);
    expect(isOver(taken, { ...published, deliveries: [] })).toBe(true);
    expect(isOver(taken, { ...nothingYet, refused: { path: 'Order', reason: 'no' } })).toBe(true);
    expect(isOver(taken, { ...recorded, now: { ...recorded.now, version: 8 } })).toBe(true);
  });

  it('says that a phone has not fetched it, that a delivery is dead, that the middleware does not answer', () => {
    const confirming = delivery({ state: 'confirming', done: 2 });
    const dead = delivery({ state: 'dead', done: 2, reason: 'gone' });
    const texts = [[confirming], [dead], null].map(
      (deliveries) => chainOf(taken, { ...published, deliveries }).at(-1)?.text,
    );
    expect(texts).toEqual(['patch ok 200; the phone has not fetched it yet', 'gone', 'The middleware does not answer']);
  });
});

describe('the entry of the bus', () => {
  it('keeps every digit of numbers that a double cannot hold', () => {
    expect(entryText(entry)).toContain('1726000000000000001\n');
  });
});
