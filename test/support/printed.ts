import { vi } from 'vitest';

/** From here on nothing is printed but kept, until `vi.restoreAllMocks()`: Powertools has a console of its own on the outputs of the process. */
export const capturePrinted = () => {
  let printed = '';
  for (const output of [process.stdout, process.stderr])
    vi.spyOn(output, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  return {
    text: (): string => printed,
    forget: (): void => {
      printed = '';
    },
  };
};
