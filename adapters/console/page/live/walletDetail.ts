import type { Pass, WalletEvent } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';

/** null: anybody may put events on the bus, and this one is not ours. */
export const walletDetail = ({ source, detail }: CarriedEvent): WalletEvent['detail'] | null =>
  source === 'billfold.wallet' && hasParts(detail) ? (detail as WalletEvent['detail']) : null;

const hasParts = (detail: unknown): boolean => {
  const { metadata, data } = Object(detail);
  return typeof metadata?.memberId === 'string' && typeof data?.pass?.tier === 'object' && isTexts(data.changed);
};

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** For each event the pass of that member's event before it, as far as the events at hand go back. */
export const passesBefore = (events: readonly CarriedEvent[]): ReadonlyMap<number, Pass> => {
  const last = new Map<string, Pass>();
  const before = new Map<number, Pass>();
  for (const event of events) {
    const detail = walletDetail(event);
    if (detail === null) continue;
    const { memberId } = detail.metadata;
    const known = last.get(memberId);
    if (known !== undefined) before.set(event.sequence, known);
    last.set(memberId, detail.data.pass);
  }
  return before;
};
