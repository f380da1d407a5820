import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** How wide an element is before it is first painted and whenever it changes: in pixels of letters that nobody made larger, see `LETTERS`. */
export const useWidth = (): readonly [RefObject<HTMLDivElement | null>, number | null] => {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState<number | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => {
      // What is not laid out at this moment has no width; what was known stays.
      if (current.clientWidth > 0) setWidth(Math.floor((current.clientWidth * LETTERS) / lettersPx()));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
};

/** What a rem is where nobody made it larger, as base.css has it. */
export const LETTERS = 15;
const lettersPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
