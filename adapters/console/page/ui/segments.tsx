import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import classes from './segments.module.css';

export type SegmentsProps<Id extends string> = {
  /** What is chosen, for who hears it. */
  readonly label: string;
  readonly choices: readonly { readonly id: Id; readonly label: string }[];
  readonly value: Id;
  readonly onChange: (id: Id) => void;
};

/** One of a few, all in sight. */
export const Segments = <Id extends string>({ label, choices, value, onChange }: SegmentsProps<Id>) => (
  <ToggleButtonGroup
    className={classes.segments ?? ''}
    aria-label={label}
    selectionMode="single"
    disallowEmptySelection
    selectedKeys={[value]}
    onSelectionChange={(chosen) => {
      const found = choices.find(({ id }) => chosen.has(id));
      if (found !== undefined) onChange(found.id);
    }}
  >
    {choices.map(({ id, label: text }) => (
      <ToggleButton key={id} id={id} className={classes.segment ?? ''}>
        {text}
      </ToggleButton>
    ))}
  </ToggleButtonGroup>
);
