import { readdirSync, readFileSync } from 'node:fs';

const infra = new URL('../../infra/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, infra), 'utf8');

export const guide = read('OPERATING.md');

export type Page = { readonly name: string; readonly text: string };

export const runbooks: readonly Page[] = readdirSync(new URL('runbooks/', infra)).map((name) => ({
  name,
  text: read(`runbooks/${name}`),
}));

/** Whoever operates billfold has these at hand, and nothing else. */
export const operatingPages: readonly Page[] = [
  { name: 'OPERATING.md', text: guide },
  { name: 'FIRST-HOUR.md', text: read('FIRST-HOUR.md') },
  ...runbooks,
];

/** Between backticks a command is what begins like one; in a block each line is. */
const INLINE = /^(?:aws|npm|npx|node|cdk|curl|export|date|docker|openssl|git|jq) /;

/** What a text tells somebody to type, as it stands there. */
export const typedIn = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/^ {4,}(\S.*)$|`([^`\n]+)`/gm)].flatMap(([, block, inline = '']) => {
      const command = (block ?? inline).trim();
      return block !== undefined || INLINE.test(command) ? [command] : [];
    }),
  ),
];

/** All of it, on every page. */
export const typed: readonly string[] = [...new Set(operatingPages.flatMap(({ text }) => typedIn(text)))];

export const guideCommands = (program: 'aws' | 'npm' | 'npx billfold', part: string = guide): readonly string[] =>
  typedIn(part).filter((command) => command.startsWith(`${program} `));

/** A part of the guide, by its heading of any level, up to the next of that level. */
export const guidePart = (heading: string): string => {
  const [before, after] = guide.split(new RegExp(`^#+ ${heading}\\n`, 'm'));
  if (before === undefined || after === undefined) throw new Error(`the guide has no part ${heading}`);
  return after.split(/^#{2,3} /m)[0] ?? '';
};
