import { useRef, useState } from 'react';
import { Button } from './button.tsx';
import classes from './copyable.module.css';

/** A line for a terminal. what: "the command", for who hears it. */
export const Copyable = ({ what, text }: { readonly what: string; readonly text: string }) => {
  const line = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<string | null>(null);
  const word = copied === text ? 'Copied' : 'Copy';
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
    } catch {
      // Not every address may: then it stands there selected.
      if (line.current !== null) getSelection()?.selectAllChildren(line.current);
    }
  };
  return (
    <div className={classes.copyable}>
      <code ref={line}>{text}</code>
      <Button onPress={() => void copy()} aria-label={`${word} ${what}`}>
        {word}
      </Button>
    </div>
  );
};
