import type { MemberEvent } from '../event/events.ts';
import type { GrantFacts } from '../event/facts.ts';

/** What was last told of each grant that is the member's, by id. A projection keeps only those that it shows. */
export type Grants = Readonly<Record<string, GrantFacts>>;

export const grantsTold = (events: readonly { readonly event: MemberEvent }[]): Grants => {
  const grants: Record<string, GrantFacts> = {};
  for (const { event } of events) {
    if (!('grantId' in event)) continue;
    if ('current' in event) grants[event.grantId] = event.current;
    else delete grants[event.grantId];
  }
  return grants;
};

/** Ids of the definitions that they name. */
export const definitionsTold = (grants: Grants): ReadonlySet<string> =>
  new Set(Object.values(grants).flatMap(({ definition }) => (definition === null ? [] : [definition])));
