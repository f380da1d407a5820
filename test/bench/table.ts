/** A median with its smallest and largest sample. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number };
export type Cell = string | number | Spread;
export type Row = Readonly<Record<string, Cell>>;

/** As GitHub shows it; the columns are the keys of all the rows, in order of appearance. */
export const markdownTable = (rows: readonly Row[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, columns.map(() => '---'), ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
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
