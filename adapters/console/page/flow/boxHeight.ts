import type { Box } from '../../../flow/graph.ts';

/** How high a box is for all that it says, where it is so wide: reckoned with wide letters, so that no line is cut off. */
export const boxHeight = ({ label, does, unit }: Pick<Box, 'label' | 'does' | 'unit'>, width: number): number => {
  const room = width - SIDES;
  const counted = (unit.length + 1) * SMALL_PX + NUMBER + RATE > room ? 2 : 1;
  return AROUND + linesIn(label, room / LABEL_PX) * 19 + linesIn(does, room / SMALL_PX) * 16 + counted * 20;
};

/** Left and right of the text, border included. */
const SIDES = 22;
/** Above and below it, and what keeps the numbers apart from the words. */
const AROUND = 26;
/** "12,345" and "12.3/s". */
const NUMBER = 58;
const RATE = 44;
/** Of a letter. */
const LABEL_PX = 8.4;
const SMALL_PX = 6.9;

/** How many lines words take where so many letters fit into one; they break at spaces, after hyphens, and where they are longer than a line. */
export const linesIn = (words: string, letters: number): number => {
  let lines = 1;
  let used = 0;
  for (const { length } of words.split(/(?<=[ -])/)) {
    if (used > 0 && used + length > letters + 1) {
      lines += 1;
      used = 0;
    }
    const more = Math.max(0, Math.ceil((used + length) / (letters + 1)) - 1);
    lines += more;
    used += length - more * letters;
  }
  return lines;
};
