import { useState } from 'react';
import type { ListedMember } from '../../../../http/answers/memberList.ts';
import { ComboBox } from '../../ui/comboBox.tsx';
import { labelOf, useFound } from '../people.ts';

export type WhoProps = {
  readonly memberId: string | null;
  /** What is known of who was chosen, as it is shown. */
  readonly label: string;
  readonly onChoose: (memberId: string) => void;
};

/** By number, name or id; an id that no list knows may be typed whole. */
export const Who = ({ memberId, label, onChoose }: WhoProps) => {
  const [typed, setTyped] = useState<string | null>(null);
  const { data, isPlaceholderData } = useFound(typed === null || typed === label ? '' : typed);
  const found = data?.items ?? [];
  const isLooking = data === undefined || isPlaceholderData || !data.complete;
  const id = /^[a-z0-9]{15}(?:[a-z0-9]{3})?$/i.exec(typed?.trim() ?? '')?.[0];
  const listed = found.map((one) => ({ id: one.memberId, label: labelOf(one), description: describe(one) }));
  const choices =
    id === undefined || listed.some((one) => one.id === id)
      ? listed
      : [...listed, { id, label: id, description: 'The member of this id' }];
  return (
    <ComboBox
      label="Member: number, name or id"
      choices={choices}
      value={memberId}
      onChange={(chosen) => {
        setTyped(null);
        onChoose(chosen);
      }}
      text={typed ?? label}
      onText={setTyped}
      none={isLooking ? 'Looking …' : 'Nobody is called so. A whole record id may be typed, too.'}
    />
  );
};

const describe = ({ tier, status }: ListedMember): string =>
  status === 'active' ? (tier ?? 'active') : status === 'withdrawn' ? 'pass withdrawn' : 'no pass yet';
