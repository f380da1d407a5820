import type { DomainEvent } from './events.ts';
import { forgottenFacts } from './facts.ts';

/** The parts of an event that may hold personal facts. */
const PARTS = ['previous', 'current'] as const;

/** The event with the personal facts of each part replaced; the very same event where it has none. partOf: the facts they belong to. */
export const mapPersonalFacts = (event: unknown, replace: (personal: unknown, partOf: object) => unknown): unknown => {
  if (!isObject(event)) return event;
  let mapped = event;
  for (const part of PARTS) {
    const facts = event[part];
    if (!isObject(facts) || !('personal' in facts)) continue;
    if (mapped === event) mapped = { ...event };
    mapped[part] = { ...facts, personal: replace(facts.personal, facts) };
  }
  return mapped;
};

export const holdsPersonalFacts = (event: DomainEvent): boolean => {
  const parts: Readonly<Record<string, unknown>> = event;
  return PARTS.some((part) => isObject(parts[part]) && 'personal' in parts[part]);
};

/** What is left of an event when the key of its personal facts has been destroyed. */
export const forgetPersonalFacts = (event: DomainEvent): DomainEvent =>
  // Facts are replaced by facts, so it is the event it was.
  mapPersonalFacts(event, (_, partOf) => forgottenFacts(partOf)) as DomainEvent;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
