import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { limitsMarkdown } from './limits.ts';

const root = new URL('../../', import.meta.url);
const page = new URL('infra/SECURITY.md', root);
const text = readFileSync(page, 'utf8');

/** `BILLFOLD_WRITE_DOCS=1` writes it. */
test('the threat model lists the bounds that are tested', () => {
  const expected = text.replace(
    /<!-- limits -->[\s\S]*<!-- \/limits -->/,
    () => `<!-- limits -->\n${limitsMarkdown()}\n<!-- /limits -->`,
  );
  if (process.env.BILLFOLD_WRITE_DOCS === '1') writeFileSync(page, expected);
  else expect(text).toBe(expected);
});

test('each threat names a proof, and each proof that is named is there', () => {
  const [, threats = ''] = /## Threats\n\n([\s\S]*?)\n\n## /.exec(text) ?? [];
  const rows = threats.split('\n').slice(2);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !/`test\/[\w./]+\.(?:test|int)\.ts`|`test\/[\w./]+\.ts`/.test(row))).toEqual([]);
  const named = [...text.matchAll(/`((?:adapters|domain|infra|test)\/[\w./]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test('its commands are there, and its links lead somewhere', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name = '']) => name);
  expect(commands).toContain('fuzz');
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
  const links = [...text.matchAll(/\]\(#([\w-]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !headings.includes(link))).toEqual([]);
});
