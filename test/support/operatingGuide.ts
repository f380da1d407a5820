import { readFileSync } from 'node:fs';

export const guide = readFileSync(new URL('../../infra/OPERATING.md', import.meta.url), 'utf8');

/** What it tells somebody to type, in blocks and between backticks, as it stands there. */
export const guideCommands = (program: 'aws' | 'npm' | 'npx billfold', part: string = guide): readonly string[] => [
  ...new Set(
    [...part.matchAll(/^ {4,}(.+)$|`([^`\n]+)`/gm)]
      .map(([, block, inline]) => (block ?? inline ?? '').trim())
      .filter((command) => command.startsWith(`${program} `)),
  ),
];

/** A part of the guide, by its heading of any level, up to the next of that level. */
export const guidePart = (heading: string): string => {
  const [before, after] = guide.split(new RegExp(`^#+ ${heading}\\n`, 'm'));
  if (before === undefined || after === undefined) throw new Error(`the guide has no part ${heading}`);
  return after.split(/^#{2,3} /m)[0] ?? '';
};
