/** A median with its smallest and largest sample. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number };
export type Cell = string | number | Spread;
export type Row = Readonly<Record<string, Cell>>;

/** As GitHub shows it, in columns; they are the keys of all the rows, in order of appearance. */
export const markdownTable = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(3, ...lines.map((cells) => cells[index]?.length ?? 0)));
  const [head = [], ...body] = lines.map((cells) => cells.map((text, index) => text.padEnd(widths[index] ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

const cell = (value: Cell | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return figure(value);
  return `${figure(value.median)} (${figure(value.min)}–${figure(value.max)})`;
};

/** Three figures, which is more than such a measurement is good for. */
const figure = (value: number): string =>
  Math.abs(value) >= 1000
    ? Number(value.toPrecision(3)).toLocaleString('en')
    : String(Number.isInteger(value) ? value : Number(value.toPrecision(3)));
