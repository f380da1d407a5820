import * as t from 'io-ts';
import type { QuarantineItem } from '#domain/index.ts';
import { Origin, pageOf } from './common.ts';

/** Without the input itself. path: where in it, such as "Order.TotalAmount". reason: what was expected there. */
export const QuarantinedText = t.strict(
  {
    id: t.string,
    /** record: it was read, and says what cannot be. */
    type: t.keyof({ input: null, record: null } satisfies Record<QuarantineItem['type'], null>),
    origin: Origin,
    path: t.string,
    reason: t.string,
    quarantinedAt: t.string,
  } satisfies Record<Exclude<keyof QuarantineItem, 'content'>, t.Mixed>,
  'Quarantined',
);
export type QuarantinedText = t.TypeOf<typeof QuarantinedText>;
export const QuarantinedPage = pageOf(QuarantinedText, 'QuarantinedPage');

/** What became of an item that was tried again. Trying twice does no harm: what was understood before says nothing new. */
export const RetryOutcome = t.union(
  [
    t.strict({ type: t.literal('mended'), id: t.string }),
    t.strict({ type: t.literal('refusedAgain'), id: t.string, path: t.string, reason: t.string }),
    /** A record's fault ends by itself, when a source says something better. */
    t.strict({ type: t.literal('waitsForItsSource'), id: t.string }),
    t.strict({ type: t.literal('impossible'), id: t.string, reason: t.string }),
  ],
  'RetryOutcome',
);
export type RetryOutcome = t.TypeOf<typeof RetryOutcome>;
export const RetryOutcomes = t.strict({ items: t.readonlyArray(RetryOutcome) }, 'RetryOutcomes');
