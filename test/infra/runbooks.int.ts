import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { physicalName, topology } from '#adapters/topology.ts';
import { billfold } from '#test/flow/process.ts';
import { commandWords } from '#test/support/commandWords.ts';

const folder = new URL('../../infra/runbooks/', import.meta.url);
const [firstHour, operating] = ['FIRST-HOUR', 'OPERATING'].map((name) =>
  readFileSync(new URL(`../../infra/${name}.md`, import.meta.url), 'utf8'),
);
const pages = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

/** What a page tells somebody to type: in a code block of its own or between backticks. */
const commands = [
  ...new Set(
    [...pages.map(({ text }) => text), firstHour, operating].flatMap((text = '') =>
      [...text.matchAll(/(?:^ {4,}|`)npx billfold ([^`\n]+)/gm)].map(([, command = '']) => command.trim()),
    ),
  ),
];

describe('the runbooks', () => {
  it('tell what to type', () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  it.each(commands)('billfold %s: there is such a command, with those options', async (command) => {
    const { named, others } = commandWords(command.split(/\s+/));
    const { code, stdout } = await billfold([...named, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: billfold ${named.join(' ')}\\b`));
    for (const option of others.filter((word) => word.startsWith('--'))) expect(stdout).toContain(`${option} `);
    const given = others.filter((word, index, rest) => {
      const before = rest[index - 1];
      return !word.startsWith('--') && !(before?.startsWith('--') === true && takesValue(stdout, before));
    });
    const wanted = stdout.split('\n')[0]?.match(/<[\w.]+>|\[(?!options)[\w.]+\]/g) ?? [];
    expect(given.length, 'arguments').toBeLessThanOrEqual(
      wanted.some((one) => one.includes('...')) ? 99 : wanted.length,
    );
    expect(given.length, 'arguments').toBeGreaterThanOrEqual(wanted.filter((one) => one.startsWith('<')).length);
  });

  it('name only what is deployed', () => {
    const deployed = new Set(
      [
        ...[topology.tables, topology.queues, topology.pipes, topology.functions].flatMap(Object.keys),
        ...[topology.middleware.keySecret, ...Object.keys(topology.middleware.secrets), 'jobs', 'lake', 'middleware'],
      ].map((name) => physicalName('billfold', name)),
    );
    const named = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/\bbillfold-[A-Za-z][\w-]*/g)].map(([resource]) => ({ name, resource })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ resource }) => !deployed.has(resource))).toEqual([]);
  });

  it('refer to pages and files that there are', () => {
    const links = pages.flatMap(({ text }) => [...text.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, link]) => link));
    expect(links.filter((link) => !pages.some(({ name }) => name === link))).toEqual([]);
  });
});

const takesValue = (help: string, option: string): boolean => new RegExp(`${option} <`).test(help);
