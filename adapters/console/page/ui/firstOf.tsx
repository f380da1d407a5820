import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

export type FirstOfProps<Item> = {
  readonly all: readonly Item[];
  readonly most: number;
  /** What they are, in the plural. */
  readonly what: string;
  readonly children: (shown: readonly Item[]) => ReactNode;
};

/** The first of them, and the others when somebody asks: hundreds at once take seconds to draw, and nobody reads them. */
export const FirstOf = <Item,>({ all, most, what, children }: FirstOfProps<Item>) => {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      {children(isAsked ? all : all.slice(0, most))}
      {all.length > most && (
        <Button onPress={() => setAsked(!isAsked)}>
          {isAsked ? `Show the first ${most} ${what} only` : `Show all ${all.length.toLocaleString()} ${what}`}
        </Button>
      )}
    </>
  );
};
