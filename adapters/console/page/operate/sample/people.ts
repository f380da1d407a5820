import { useQuery } from '@tanstack/react-query';
import type { WalletEvent } from '#domain/index.ts';
import { getJson } from '../../api/client.ts';
import type { Choice } from '../../ui/select.tsx';

/** A member with a pass. changedAt: ISO 8601, of the last change of it. */
export type Person = {
  readonly memberId: string;
  readonly number: string | null;
  readonly name: string;
  readonly tier: string | null;
  readonly changedAt: string;
};

type Passes = { readonly items: readonly { readonly detail: WalletEvent['detail'] }[] };

/** Some hundred members to choose from, the one whose pass changed last first. */
export const usePeople = () =>
  useQuery({
    queryKey: ['people'],
    queryFn: ({ signal }) => getJson<Passes>('/api/passes?limit=500', signal),
    select: ({ items }) => peopleOf(items.map(({ detail }) => detail)),
    staleTime: 60_000,
  });

/** Those who have an active pass, the latest change first. */
export const peopleOf = (details: readonly WalletEvent['detail'][]): readonly Person[] =>
  details
    .filter(({ data }) => data.pass.status === 'active')
    .map(({ metadata, data: { pass } }) => ({
      memberId: metadata.memberId,
      number: pass.memberNumber,
      name: [pass.holder.firstName, pass.holder.lastName].filter((part) => part !== null).join(' '),
      tier: pass.tier.name,
      changedAt: metadata.occurredAt,
    }))
    .sort((a, b) => b.changedAt.localeCompare(a.changedAt));

export const labelOf = ({ number, name, memberId }: Person): string =>
  [number ?? memberId, name].filter((part) => part !== '').join(' · ');

/** Those in whose number, name or id every word stands; all where nothing was typed. */
export const matching = (people: readonly Person[], typed: string): readonly Choice[] => {
  const words = typed
    .toLowerCase()
    .split(/[\s·]+/)
    .filter((word) => word !== '');
  return people
    .filter(({ number, name, memberId }) => {
      const said = `${number ?? ''} ${name} ${memberId}`.toLowerCase();
      return words.every((word) => said.includes(word));
    })
    .map((person) => ({
      id: person.memberId,
      label: labelOf(person),
      ...(person.tier !== null && { description: person.tier }),
    }));
};
