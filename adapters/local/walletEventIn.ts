import * as E from 'fp-ts/lib/Either.js';
import { WalletEvent } from '#domain/index.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';

/** Anybody may put entries on a bus: null where it is no wallet event, or of no instant. */
export const walletEventIn = ({ 'detail-type': type, detail }: CarriedEvent): WalletEvent['detail'] | null => {
  const read = WalletEvent.decode({ type, detail });
  return E.isRight(read) && !Number.isNaN(Date.parse(read.right.detail.metadata.occurredAt)) ? read.right.detail : null;
};
