import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { Button, Input, Label, SearchField } from 'react-aria-components';
import classes from './search.module.css';

export type SearchProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onDown: () => void;
  readonly onEnter: () => void;
  /** How much was found: told to whoever cannot see it, once it is all of it. */
  readonly children: ReactNode;
  readonly isCounting: boolean;
};

/** The field, which "/" leads to from anywhere in the view, and what it found. */
export const Search = ({ value, onChange, onDown, onEnter, children, isCounting }: SearchProps) => {
  const input = useRef<HTMLInputElement>(null);
  useSlash(() => input.current?.select());
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 'ArrowDown') onDown();
    else onEnter();
  };
  return (
    <div className={classes.search}>
      <SearchField className={classes.field ?? ''} value={value} onChange={onChange}>
        <Label className={classes.label ?? ''}>Number, name or id</Label>
        <div className={classes.box}>
          <Input
            ref={input}
            className={classes.input ?? ''}
            onKeyDown={onKeyDown}
            placeholder="M-100234, Zoë Müller, 0038d…"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
          />
          {value === '' ? <kbd className={classes.key}>/</kbd> : <Button className={classes.clear ?? ''}>×</Button>}
        </div>
      </SearchField>
      <p className={classes.found} role="status" aria-label="Found" aria-busy={isCounting}>
        {children}
      </p>
    </div>
  );
};

const useSlash = (onSlash: () => void): void => {
  const latest = useRef(onSlash);
  latest.current = onSlash;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
