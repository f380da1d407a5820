import { FieldError, Label, TextArea, TextField } from 'react-aria-components';
import { Button } from '../ui/button.tsx';
import { Copyable } from '../ui/copyable.tsx';
import field from '../ui/field.module.css';
import classes from './events.module.css';
import { subscribeCommand } from './patternText.ts';
import type { Filter } from './useFilter.ts';

/** The pattern itself, as EventBridge reads it, and how to subscribe by it. */
export const PatternEditor = ({ filter }: { readonly filter: Filter }) => {
  const { bus, applied, text, fault, setText, setPattern } = filter;
  const rows = Math.min(12, Math.max(2, text.split('\n').length));
  return (
    <div className={classes.editor}>
      <TextField
        className={field.field ?? ''}
        value={text}
        onChange={setText}
        isInvalid={fault !== null}
        autoComplete="off"
      >
        <Label className={field.label ?? ''}>Event pattern</Label>
        <TextArea
          className={`${field.input} ${classes.pattern}`}
          rows={rows}
          spellCheck="false"
          placeholder={`Everything. As in a rule of EventBridge: ${EXAMPLES[bus]}`}
        />
        <FieldError className={field.fault ?? ''}>
          {fault}. {applied.type === 'Good' && 'What was right before goes on.'}
        </FieldError>
      </TextField>
      {text !== '' && <Button onPress={() => setPattern(null)}>Clear</Button>}
      <details className={classes.subscribe}>
        <summary>Subscribe to this from a terminal</summary>
        <Copyable what="the command" text={subscribeCommand(bus, applied.type === 'Good' ? applied.pattern : null)} />
      </details>
    </div>
  );
};

const EXAMPLES = {
  wallet: '{ "detail-type": ["WalletPassUpdated"] }',
  domain: '{ "detail-type": [{ "prefix": "Purchase" }] }',
} as const;
