import type { MemberEvent } from '../event/events.ts';
import { sameValue } from './path.ts';

/** An attribute of a record that an event changed, by its place in the facts: ["amount"], ["personal", "firstName"], ["custom", "size"]. */
export type AttributeChange = {
  readonly keys: readonly string[];
  /** null: empty, or not told. */
  readonly before: unknown;
  readonly after: unknown;
};

/**
 * What of an event's facts changed the value: each attribute by itself is put back to what it was, and the event told again. Where none
 * makes the difference alone, all that changed. Generic: it asks the projections, and knows none of them.
 */
export const attributesThatMatter = (
  event: MemberEvent,
  valueIf: (event: MemberEvent) => unknown,
): readonly AttributeChange[] => {
  const changed = attributesOf(event);
  if (!('current' in event)) return changed;
  const value = valueIf(event);
  const matter = changed.filter(({ keys, before }) => !sameValue(valueIf(putBack(event, keys, before)), value));
  return toldIn(changed, matter.length > 0 ? matter : changed);
};

/** Facts that no field holds: they are judged from these (domain/record/readFacts.ts). */
export const judgedFrom: Readonly<Record<string, readonly string[]>> = {
  counts: ['amount', 'currency', 'boughtOn', 'status', 'isReduction'],
  state: ['status'],
  value: ['value', 'currency'],
  standing: ['number'],
};

/** Instead of what is judged, what it is judged from, where the event tells that it changed. */
const toldIn = (
  changed: readonly AttributeChange[],
  matter: readonly AttributeChange[],
): readonly AttributeChange[] => {
  const told = matter.flatMap((change) => {
    const from = change.keys.length === 1 ? judgedFrom[change.keys[0] ?? ''] : undefined;
    const causes = changed.filter(({ keys: [key = '', ...more] }) => more.length === 0 && from?.includes(key));
    return causes.length === 0 ? [change] : causes;
  });
  return [...new Set(told)];
};

/** Every attribute that an event says differs, or is there for the first time. A record that went away changed none. */
export const attributesOf = (event: MemberEvent): readonly AttributeChange[] => {
  if (!('current' in event)) return [];
  const current = leaves([], event.current);
  const previous = new Map(
    'previous' in event ? leaves([], event.previous).map(([keys, at]) => [keys.join('.'), at]) : [],
  );
  return current.flatMap(([keys, after]) => {
    const before = previous.get(keys.join('.')) ?? null;
    // What was not there, and is not so, is nothing that a person would miss.
    return sameValue(before, after) || (before === null && after === false) ? [] : [{ keys, before, after }];
  });
};

type Leaf = readonly [keys: readonly string[], value: unknown];

/** Only these hold attributes; anything else is one. */
const WITH_PARTS: ReadonlySet<string> = new Set(['personal', 'custom']);

const leaves = (keys: readonly string[], facts: object): readonly Leaf[] =>
  Object.entries(facts).flatMap(([key, value]): readonly Leaf[] =>
    WITH_PARTS.has(key) ? leaves([...keys, key], value) : [[[...keys, key], value]],
  );

const putBack = <Event extends MemberEvent & { readonly current: object }>(
  event: Event,
  keys: readonly string[],
  value: unknown,
): Event => ({ ...event, current: replaced(event.current, keys, value) });

const replaced = (facts: object, [key = '', ...rest]: readonly string[], value: unknown): object => ({
  ...facts,
  [key]: rest.length === 0 ? value : replaced(Reflect.get(facts, key) ?? {}, rest, value),
});
