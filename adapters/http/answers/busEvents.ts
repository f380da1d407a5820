import * as t from 'io-ts';
import type { Envelope } from '../../eventbridge/envelope.ts';
import { pageOf } from './common.ts';

const envelope = {
  version: t.string,
  id: t.string,
  'detail-type': t.string,
  source: t.string,
  account: t.string,
  /** ISO 8601, to the second. */
  time: t.string,
  region: t.string,
  resources: t.readonlyArray(t.string),
  /** As GET /api/schemas/{detailType} says; anybody may put events of his own on a bus. */
  detail: t.unknown,
} satisfies Record<keyof Envelope, t.Mixed>;

/** An event as a bus carried it. `sequence` rises; it may skip numbers. */
export const CarriedEvent = t.strict({ sequence: t.number, ...envelope }, 'CarriedEvent');
export type CarriedEvent = t.TypeOf<typeof CarriedEvent>;
export const CarriedEvents = pageOf(CarriedEvent, 'CarriedEvents');
