import * as t from 'io-ts';
import type { DeadLetter, Redriven } from '../../deadLetters/deadLetters.ts';
import { topology } from '../../topology.ts';
import { orNull, pageOf } from './common.ts';

const DeadLetterText = t.strict(
  {
    queue: t.keyof(topology.queues, 'QueueName'),
    id: t.string,
    /** The queue, pipe or rule that gave it up; null: it does not say. */
    from: orNull(t.string),
    tries: orNull(t.number),
    reason: orNull(t.string),
    diedAt: orNull(t.string),
  } satisfies Record<keyof DeadLetter, t.Mixed>,
  'DeadLetter',
);
export type DeadLetterText = t.TypeOf<typeof DeadLetterText>;
export const DeadLetterTexts = pageOf(DeadLetterText, 'DeadLetters');

export const RedrivenText = t.strict(
  {
    queue: t.keyof(topology.queues, 'QueueName'),
    sentBack: t.number,
    left: t.readonlyArray(t.strict({ id: t.string, reason: t.string })),
  } satisfies Record<keyof Redriven, t.Mixed>,
  'RedrivenLetters',
);
export type RedrivenText = t.TypeOf<typeof RedrivenText>;
