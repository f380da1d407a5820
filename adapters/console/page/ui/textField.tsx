import { TextField as AriaTextField, FieldError, Input, Label, Text } from 'react-aria-components';
import classes from './field.module.css';

export type TextFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  /** What is wrong with what stands there; null: nothing. */
  readonly fault?: string | null;
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  readonly isDisabled?: boolean;
};

export const TextField = ({ label, value, onChange, hint, fault = null, ...more }: TextFieldProps) => (
  <AriaTextField
    className={classes.field ?? ''}
    value={value}
    onChange={onChange}
    isInvalid={fault !== null}
    isDisabled={more.isDisabled ?? false}
    autoComplete="off"
    // The browser would keep a form from being sent, and say why in words of its own.
    validationBehavior="aria"
  >
    <Label className={classes.label ?? ''}>{label}</Label>
    <Input className={classes.input ?? ''} inputMode={more.inputMode ?? 'text'} />
    {hint !== undefined && fault === null && (
      <Text slot="description" className={classes.hint ?? ''}>
        {hint}
      </Text>
    )}
    <FieldError className={classes.fault ?? ''}>{fault}</FieldError>
  </AriaTextField>
);
