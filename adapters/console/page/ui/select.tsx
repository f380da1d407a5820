import { Select as AriaSelect, Button, Label, ListBox, Popover, SelectValue } from 'react-aria-components';
import { ChoiceOption } from './choiceOption.tsx';
import classes from './field.module.css';

export type Choice<Id extends string = string> = {
  readonly id: Id;
  readonly label: string;
  readonly description?: string;
};

export type SelectProps<Id extends string> = {
  readonly label: string;
  readonly choices: readonly Choice<Id>[];
  /** null: nothing is chosen yet. */
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
};

/** One of a few. */
export const Select = <Id extends string>({ label, choices, value, onChange, ...more }: SelectProps<Id>) => (
  <AriaSelect
    className={classes.field ?? ''}
    value={value}
    onChange={(id) => {
      const chosen = choices.find((choice) => choice.id === id);
      if (chosen !== undefined) onChange(chosen.id);
    }}
    placeholder={more.placeholder ?? 'Choose'}
    isDisabled={more.isDisabled ?? false}
  >
    <Label className={classes.label ?? ''}>{label}</Label>
    <Button className={classes.input ?? ''}>
      <SelectValue className={classes.chosen ?? ''}>
        {({ isPlaceholder, selectedText, defaultChildren }) => (isPlaceholder ? defaultChildren : selectedText)}
      </SelectValue>
      <span aria-hidden="true" className={classes.arrow}>
        ▾
      </span>
    </Button>
    <Popover className={classes.popover ?? ''}>
      <ListBox className={classes.list ?? ''} items={choices}>
        {(choice) => <ChoiceOption {...choice} />}
      </ListBox>
    </Popover>
  </AriaSelect>
);
