import { useState } from 'react';
import type { ListedMember } from '../../../../http/answers/memberList.ts';
import { ComboBox } from '../../ui/comboBox.tsx';
import { labelOf, usePeople } from '../people.ts';

export type MemberPickerProps = {
  readonly chosen: ListedMember;
  readonly onChange: (chosen: ListedMember) => void;
};

/** By number, name or id. */
export const MemberPicker = ({ chosen, onChange }: MemberPickerProps) => {
  const label = labelOf(chosen);
  const [typed, setTyped] = useState<string | null>(null);
  const { data: found = [] } = usePeople(typed === null || typed === label ? '' : typed);
  return (
    <ComboBox
      label="Member"
      choices={found.map((one) => ({
        id: one.memberId,
        label: labelOf(one),
        ...(one.tier !== null && { description: one.tier }),
      }))}
      value={chosen.memberId}
      onChange={(id) => {
        const one = found.find(({ memberId }) => memberId === id);
        setTyped(null);
        if (one !== undefined) onChange(one);
      }}
      text={typed ?? label}
      onText={setTyped}
      none="Nobody is called so."
    />
  );
};
