import { MOST_LEVELS } from '../jsonDepth.ts';

/**
 * The line of a text on which a key stands: of JSON, and of the object literal of a TypeScript file. 1-based. Elements of lists are counted from 0; a path may
 * leave them out, and is then of the first. Where the key itself is not written there (it is missing, or comes from elsewhere), the line of the nearest key
 * above it.
 */
export const lineOf = (text: string, path: readonly string[]): number => linesIn(text)(path);

/** The same for many paths of one text, which is looked through once. */
export const linesIn = (text: string): ((path: readonly string[]) => number) => {
  const lines = linesOfKeys(text);
  return (path) => lineAmong(lines, path);
};

const lineAmong = (lines: ReadonlyMap<string, number>, path: readonly string[]): number => {
  for (let depth = path.length; depth > 0; depth--) {
    const line = lines.get(keyOf(path.slice(0, depth)));
    if (line !== undefined) return line;
  }
  return 1;
};

/**
 * Not a parser: it follows brackets, skips strings and comments, and takes a name before ":" (or "," where it stands for itself) inside
 * braces for a key. A call around a literal is looked through, so defineMapping({ … }) and personal({ … }) are what they hold.
 */
const linesOfKeys = (text: string): ReadonlyMap<string, number> => {
  const lines = new Map<string, number>();
  const found = (path: Path, line: number): void => {
    for (const key of [keyOf(path.map(String)), keyOf(path.filter((part) => typeof part === 'string'))])
      if (!lines.has(key)) lines.set(key, line);
  };
  const open: Bracket[] = [];
  for (const { token, line, next } of tokensOf(text)) {
    const inside = open.at(-1);
    if (open.length > MOST_LEVELS) break;
    if (inside?.token === '[' && token !== ']' && token !== ',') found(inside.value, line);
    if (token === '{' || token === '(')
      open.push({ token, ...startingAt(inside?.value ?? []), awaitsKey: token === '{' });
    else if (token === '[')
      open.push({ token, path: inside?.value ?? [], value: [...(inside?.value ?? []), 0], awaitsKey: false });
    else if (token === '}' || token === ']' || token === ')') open.pop();
    else if (inside?.token === '[' && token === ',') inside.value = [...inside.path, Number(inside.value.at(-1)) + 1];
    else if (inside?.token !== '{') continue;
    else if (token === ',') {
      inside.value = inside.path;
      inside.awaitsKey = true;
    } else if (inside.awaitsKey && NAME.test(token)) {
      inside.awaitsKey = false;
      if (next !== ':' && next !== ',' && next !== '}') continue;
      inside.value = [...inside.path, unquoted(token)];
      found(inside.value, line);
    } else inside.awaitsKey = false;
  }
  return lines;
};

/** Numbers are places in lists. */
type Path = readonly (string | number)[];
/** value: the path of what is being read inside it. */
type Bracket = { token: string; path: Path; value: Path; awaitsKey: boolean };
const startingAt = (path: Path) => ({ path, value: path });

const keyOf = (path: readonly string[]): string => JSON.stringify(path);

const NAME = /^(?:[\w$]+|'.*'|".*")$/s;
/** What is opened and not closed ends with the line, or with the text: to look for its end again from each sign in it would take the square of its length. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\\n]|\\[\s\S])*(?:'|(?=\n)|\\?$)|"(?:[^"\\\n]|\\[\s\S])*(?:"|(?=\n)|\\?$)|`(?:[^`\\]|\\[\s\S])*(?:`|\\?$)|[\w$]+|\S/g;

type Token = { readonly token: string; readonly line: number; readonly next: string | undefined };

const tokensOf = (text: string): readonly Token[] => {
  const found: { token: string; line: number }[] = [];
  let line = 1;
  let counted = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    for (; counted < index; counted++) if (text[counted] === '\n') line += 1;
    if (!token.startsWith('//') && !token.startsWith('/*')) found.push({ token, line });
  }
  return found.map((one, index) => ({ ...one, next: found[index + 1]?.token }));
};

const unquoted = (token: string): string => (/^['"]/.test(token) ? token.slice(1, -1) : token);
