import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import classes from './segments.module.css';

export type SegmentsProps<Id extends string> = {
  readonly label: string;
  readonly choices: readonly { readonly id: Id; readonly label: string }[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
};

/** One of two or three, all seen at once. */
export const Segments = <Id extends string>({ label, choices, value, onChange }: SegmentsProps<Id>) => (
  <ToggleButtonGroup
    aria-label={label}
    className={classes.segments ?? ''}
    disallowEmptySelection
    selectedKeys={[value]}
    onSelectionChange={(keys) => {
      const chosen = choices.find(({ id }) => keys.has(id));
      if (chosen !== undefined) onChange(chosen.id);
    }}
  >
    {choices.map(({ id, label: text }) => (
      <ToggleButton key={id} id={id} className={classes.segment ?? ''}>
        {text}
      </ToggleButton>
    ))}
  </ToggleButtonGroup>
);
