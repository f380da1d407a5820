import { ComboBox as AriaComboBox, Button, Input, Label, ListBox, Popover } from 'react-aria-components';
import { ChoiceOption } from './choiceOption.tsx';
import classes from './field.module.css';
import type { Choice } from './select.tsx';

export type ComboBoxProps = {
  readonly label: string;
  readonly choices: readonly Choice[];
  /** null: nothing is chosen yet. */
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  /** What was typed, or of what is chosen the label. */
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Said where nothing fits. */
  readonly none: string;
};

/** One of many, found by typing. Who shows it chooses what fits. */
export const ComboBox = ({ label, choices, value, onChange, text, onText, none }: ComboBoxProps) => (
  <AriaComboBox
    className={classes.field ?? ''}
    items={choices}
    value={value}
    onChange={(id) => {
      if (typeof id === 'string') onChange(id);
    }}
    inputValue={text}
    onInputChange={onText}
    allowsEmptyCollection
    menuTrigger="focus"
  >
    <Label className={classes.label ?? ''}>{label}</Label>
    <div className={classes.group}>
      <Input className={classes.input ?? ''} onFocus={({ currentTarget }) => currentTarget.select()} />
      <Button className={classes.open ?? ''}>
        <span aria-hidden="true">▾</span>
      </Button>
    </div>
    <Popover className={classes.popover ?? ''}>
      <ListBox<Choice>
        className={classes.list ?? ''}
        renderEmptyState={() => <div className={classes.none}>{none}</div>}
      >
        {(choice) => <ChoiceOption {...choice} />}
      </ListBox>
    </Popover>
  </AriaComboBox>
);
