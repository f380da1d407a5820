/**
 * Text as it may be shown: composed (NFC), without control characters and halves of characters, one line, no longer than so many characters as people
 * count them. null: nothing is left.
 */
export const shown = (text: string | null | undefined, most: number): string | null => {
  const line = (text ?? '').toWellFormed().normalize('NFC').replace(UNSHOWN, ' ').trim();
  if (line === '') return null;
  if (line.length <= most) return line;
  const characters = [...graphemes.segment(line)];
  if (characters.length <= most) return line;
  return `${characters
    .slice(0, most - 1)
    .map(({ segment }) => segment)
    .join('')
    .trimEnd()}…`;
};

/** Controls, separators of lines, and what turns the direction of what follows. */
const UNSHOWN = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\s]+/gu;
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
