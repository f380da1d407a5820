import { compilePattern, type PatternError } from '../../../eventbridge/pattern.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { jsonFault } from './jsonFault.ts';

export type Pattern = Readonly<Record<string, unknown>>;

/** A pattern as it was typed: what it lets through, or what is wrong with it and where. */
export type ReadPattern =
  | { readonly type: 'Good'; readonly pattern: Pattern | null; readonly matches: (event: CarriedEvent) => boolean }
  | { readonly type: 'Bad'; readonly fault: string };

/** Nothing typed: everything. */
export const readPattern = (text: string): ReadPattern => {
  if (text.trim() === '') return { type: 'Good', pattern: null, matches: () => true };
  const fault = jsonFault(text);
  if (fault !== null)
    return { type: 'Bad', fault: `Line ${fault.line}, column ${fault.column}: expected ${fault.expected}` };
  const pattern: unknown = JSON.parse(text);
  const compiled = compilePattern(pattern, 'bus');
  if (compiled._tag === 'Left') return { type: 'Bad', fault: faultText(compiled.left) };
  return { type: 'Good', pattern: pattern as Pattern, matches: remembered(compiled.right) };
};

/** As it is typed and read. */
export const prettyPattern = (pattern: Pattern | null): string =>
  pattern === null ? '' : pretty(pattern, '').replace(/\s+$/, '');

/** As one line, for addresses and command lines. */
export const shortPattern = (pattern: Pattern | null): string => (pattern === null ? '' : JSON.stringify(pattern));

/** What a shell takes as it stands. */
export const subscribeCommand = (bus: 'wallet' | 'domain', pattern: Pattern | null): string => {
  const words = ['npx billfold subscribe', ...(bus === 'domain' ? ['--bus domain'] : [])];
  if (pattern !== null) words.push(`--pattern '${shortPattern(pattern).replaceAll("'", "'\\''")}'`);
  return words.join(' ');
};

const faultText = ({ path, operator, message }: PatternError): string => {
  const place = [path, operator].filter((part) => part !== null && part !== '').join(', ');
  return place === '' ? `The pattern: ${message}` : `At ${place}: ${message}`;
};

/** An event is held against a pattern once, however often it is drawn. A subscriber sees it without its sequence number. */
const remembered = (matches: (event: unknown) => boolean): ((event: CarriedEvent) => boolean) => {
  const known = new WeakMap<CarriedEvent, boolean>();
  return (event) => {
    const before = known.get(event);
    if (before !== undefined) return before;
    const { sequence: _, ...envelope } = event;
    const result = matches(envelope);
    known.set(event, result);
    return result;
  };
};

/** Lists of values stay on one line: patterns are mostly lists of one. */
const pretty = (value: unknown, indent: string): string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return oneLine(value);
  const inner = `${indent}  `;
  const fields = Object.entries(value).map(
    ([name, field]) => `${inner}${JSON.stringify(name)}: ${pretty(field, inner)}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
};

/** JSON with room between its parts, so that it breaks where there is no more of it. */
export const oneLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, field]) => `${JSON.stringify(name)}: ${oneLine(field)}`)
    .join(', ')} }`;
};
