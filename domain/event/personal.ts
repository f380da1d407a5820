import type { DomainEvent } from './events.ts';
import { forgottenPersonalFacts } from './facts.ts';

/** The parts of an event that may hold personal facts. */
const PARTS = ['previous', 'current'] as const;

/** The event with the personal facts of each part replaced; the very same event where it has none. */
export const mapPersonalFacts = (event: unknown, replace: (personal: unknown) => unknown): unknown => {
  if (!isObject(event)) return event;
  let mapped = event;
  for (const part of PARTS) {
    const facts = event[part];
    if (!isObject(facts) || !('personal' in facts)) continue;
    if (mapped === event) mapped = { ...event };
    mapped[part] = { ...facts, personal: replace(facts.personal) };
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
  mapPersonalFacts(event, () => forgottenPersonalFacts) as DomainEvent;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
