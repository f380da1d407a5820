import * as E from 'fp-ts/lib/Either.js';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import { compilePattern } from '../eventbridge/pattern.ts';

/** What an event says, as it came. */
export type Said = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string | null;
  readonly data: unknown;
};

/** Read once for all that want to know. */
export const saidBy = (event: AcceptedEvent): Said => {
  const known = read.get(event);
  if (known !== undefined) return known;
  const said: Said = JSON.parse(event.content);
  read.set(event, said);
  return said;
};
const read = new WeakMap<AcceptedEvent, Said>();

/** By a pattern over the envelope of EventBridge, without account and region; no pattern: every wallet event. */
export const wanted = (pattern: Readonly<Record<string, unknown>> | undefined): ((event: AcceptedEvent) => boolean) => {
  if (pattern === undefined) return ({ pass }) => pass !== null;
  const compiled = compilePattern(pattern, 'bus');
  if (E.isLeft(compiled)) throw new Error('the pattern was checked before');
  return (event) => {
    const { id, source, type, time, data } = saidBy(event);
    return compiled.right({ version: '0', id, source, 'detail-type': type, time, detail: data });
  };
};
