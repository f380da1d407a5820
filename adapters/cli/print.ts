import { styleText } from 'node:util';

/** The only place of the command line that writes to the terminal. Results go to stdout, everything else to stderr. */
export const print = (line: string): void => {
  process.stdout.write(`${printable(line)}\n`);
};

/**
 * Names, types and reasons are other people's words: what of them would move the cursor, set the clipboard or colour what follows is shown as its escape, which
 * in JSON means the same. Line feeds, tabs and our own colours stay.
 */
export const printable = (text: string): string =>
  text.replace(CONTROLS, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
const CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /\u001b(?!\[\d{0,2}m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

// Whoever reads may have seen enough (`… | head`): that is no failure.
process.stdout.on('error', (error) => {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
  process.exit(0);
});

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

export const note = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`);
};

type Colour = 'bold' | 'dim' | 'green' | 'yellow' | 'red' | 'cyan';

/** Colours only where a terminal shows them (and NO_COLOR is not set). */
export const paint = (colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  styleText(colour, text, { stream });

/** Columns as wide as their widest cell. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, column) => Math.max(all[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
