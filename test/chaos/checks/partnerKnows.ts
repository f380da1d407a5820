import { isDeepStrictEqual } from 'node:util';
import type { Delivery } from '#adapters/http/answers/deliveries.ts';
import type { WalletEvent } from '#domain/index.ts';
import type { System } from '../system.ts';
import { type Check, inParallel } from './check.ts';

/** Who is told of passes ends with the last one of each member: the relay, the middleware and its queue lost none. */
export const partnerKnows: Check = {
  promise: 'the partner was told the last pass of each member',
  when: 'last',
  // Nothing waits as long as deliveries: a partner that failed is left alone for a while, and what a killed process had in hand until its lease is over.
  withinMs: 150_000,
  look: async ({ system, published }) => {
    const last = new Map(
      published
        .toSorted((a, b) => a.metadata.revision - b.metadata.revision)
        .map((detail) => [detail.metadata.memberId, detail]),
    );
    return (await inParallel(last.values(), (detail) => untold(system, detail))).flat();
  },
};

const untold = async (system: System, { metadata, data }: WalletEvent['detail']): Promise<readonly string[]> => {
  const { memberId, revision } = metadata;
  const known = system.partner.told().get(memberId);
  if (known?.revision === revision)
    return isDeepStrictEqual(known.pass, data.pass) ? [] : [`${memberId}: told another pass`];
  const waiting = await deliveriesOf(system, memberId);
  const inQueue = waiting.map(
    ({ state, wanted, due, failures }) => `${state} with ${wanted}, due ${due}, ${failures} failures`,
  );
  return [
    `${memberId}: told of ${known?.revision ?? 'none'}, not ${revision} (${inQueue.join('; ') || 'not in the queue'})`,
  ];
};

const deliveriesOf = async (system: System, memberId: string): Promise<readonly Delivery[]> =>
  (await system.service().get<{ readonly items: readonly Delivery[] }>(`/api/deliveries?member=${memberId}`)).items;
