import type { DefinitionEvent } from '../event/events.ts';
import type { DefinitionFacts, TierFacts } from '../event/facts.ts';
import { definitionStream, type StreamName, tierStream } from '../event/stream.ts';
import type { MappingOf, Programme } from '../source/mapping.ts';
import type { Decision, Transition } from './decide.ts';
import { readDefinition, readTier } from './readFacts.ts';
import { isPresent, type SourceRecord } from './record.ts';
import { sameFacts } from './sameFacts.ts';

export const decideDefinition = (
  meaning: MappingOf<'definition'>,
  programme: Programme,
  transition: Transition,
): Decision => {
  const definitionId = transition.after.ref.id;
  return decideDefined(
    definitionStream(definitionId),
    transition,
    (record) => readDefinition(meaning, programme, record),
    {
      defined: (current) => ({ type: 'PromotionDefined', definitionId, current }),
      redefined: (previous, current) => ({ type: 'PromotionRedefined', definitionId, previous, current }),
      retired: (previous) => ({ type: 'PromotionRetired', definitionId, previous }),
    } satisfies DefinedEvents<DefinitionFacts>,
  );
};

export const decideTier = (meaning: MappingOf<'tier'>, transition: Transition): Decision => {
  const tierId = transition.after.ref.id;
  return decideDefined(tierStream(tierId), transition, (record) => readTier(meaning, record), {
    defined: (current) => ({ type: 'TierDefined', tierId, current }),
    redefined: (previous, current) => ({ type: 'TierRedefined', tierId, previous, current }),
    retired: (previous) => ({ type: 'TierRetired', tierId, previous }),
  } satisfies DefinedEvents<TierFacts>);
};

type DefinedEvents<Facts> = {
  readonly defined: (current: Facts) => DefinitionEvent;
  readonly redefined: (previous: Facts, current: Facts) => DefinitionEvent;
  readonly retired: (previous: Facts) => DefinitionEvent;
};

/** A record that has a stream of its own, because many members refer to it. */
const decideDefined = <Facts>(
  stream: StreamName,
  { before, after }: Transition,
  read: (record: SourceRecord) => Facts,
  tell: DefinedEvents<Facts>,
): Decision => {
  const previous = isPresent(before) ? read(before) : null;
  const current = read(after);
  if (after.existence?.says === 'gone') {
    // Also one that nobody described: its grants are void. And again where more becomes known: its title still names what was redeemed.
    const isKnown = before.existence?.says === 'gone' && sameFacts(read(before), current);
    return isKnown ? [] : [{ stream, events: [tell.retired(current)] }];
  }
  // Only a gap is known of it.
  if (!isPresent(after)) return [];
  if (previous === null) return [{ stream, events: [tell.defined(current)] }];
  return sameFacts(previous, current) ? [] : [{ stream, events: [tell.redefined(previous, current)] }];
};
