import type { DomainEvent } from '../event/events.ts';
import type { Definition, TierDefinition } from '../event/facts.ts';
import type { Definitions } from './projection.ts';

/** Folds an event of a definition's or a tier's stream into what is defined; the very same where it says nothing. */
export const evolveDefinitions = (defined: Definitions, event: DomainEvent): Definitions => {
  switch (event.type) {
    case 'PromotionDefined':
    case 'PromotionRedefined':
      return withDefinition(defined, event.definitionId, { ...event.current, exists: true });
    case 'PromotionRetired':
      return withDefinition(defined, event.definitionId, { ...event.previous, exists: false });
    case 'TierDefined':
    case 'TierRedefined':
      return withTier(defined, event.tierId, { ...event.current, exists: true });
    case 'TierRetired':
      return withTier(defined, event.tierId, { ...event.previous, exists: false });
    default:
      // Only definition events are appended to a definition's stream; another says nothing about it.
      return defined;
  }
};

const withDefinition = (defined: Definitions, id: string, definition: Definition): Definitions => ({
  ...defined,
  definitions: { ...defined.definitions, [id]: definition },
});

const withTier = (defined: Definitions, id: string, tier: TierDefinition): Definitions => ({
  ...defined,
  tiers: { ...defined.tiers, [id]: tier },
});
