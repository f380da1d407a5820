import { useState } from 'react';
import { ComboBox } from '../../ui/comboBox.tsx';
import { labelOf, matching, type Person } from './people.ts';

export type MemberPickerProps = {
  readonly people: readonly Person[];
  readonly memberId: string | null;
  readonly onChange: (memberId: string) => void;
};

/** By number, name or id. */
export const MemberPicker = ({ people, memberId, onChange }: MemberPickerProps) => {
  const chosen = people.find((person) => person.memberId === memberId) ?? null;
  const label = chosen === null ? (memberId ?? '') : labelOf(chosen);
  const [typed, setTyped] = useState<string | null>(null);
  const isTyping = typed !== null && typed !== label;
  const found = matching(people, isTyping ? typed : '').slice(0, MOST);
  return (
    <ComboBox
      label="Member"
      choices={found}
      value={memberId}
      onChange={(id) => {
        setTyped(null);
        onChange(id);
      }}
      text={typed ?? label}
      onText={setTyped}
      none="Nobody is called so."
    />
  );
};

/** A list that nobody reads to its end. */
const MOST = 50;
