import type { DomainEvent } from '../event/events.ts';
import type { Definition } from './projection.ts';

/** Folds one definition's events. undefined: nothing said of it. */
export const evolveDefinition = (definition: Definition | undefined, event: DomainEvent): Definition | undefined => {
  switch (event.type) {
    case 'PromotionDefined':
    case 'PromotionRedefined':
      return { ...event.current, exists: true };
    case 'PromotionRetired':
      return { ...event.previous, exists: false };
    default:
      // Only definition events are appended to a definition's stream; another says nothing about it.
      return definition;
  }
};

export const foldDefinition = (
  definition: Definition | undefined,
  events: readonly DomainEvent[],
): Definition | undefined => events.reduce(evolveDefinition, definition);
