import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectionFile, projectionTestFile } from '#adapters/cli/projectionTemplate.ts';
import { type LedgerRow, ledgerTable } from '#infra/cost/ledger.ts';
import { operatorsMarkdown } from '#test/adapters/eventbridge/operators.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** `BILLFOLD_WRITE_DOCS=1 npx vitest run … test/docs.test.ts` writes the tables that other tests assert. */
const ledgerMarkdown = (rows: readonly LedgerRow[]): string =>
  [
    '| Use case | Requests | Read units | Write units |',
    '|---|---|---|---|',
    ...rows.map(({ useCase, requests, readUnits, writeUnits }) => {
      const sent = Object.entries(requests).map(([command, count]) => (count === 1 ? command : `${count} ${command}`));
      return `| ${useCase} | ${sent.join(' + ')} | ${readUnits} | ${writeUnits} |`;
    }),
  ].join('\n');

const unindented = (text: string): string => text.replace(/^ +/gm, '');

describe('the documents', () => {
  it.each([
    ['ledger', () => ledgerMarkdown(Object.values(ledgerTable))],
    ['operators', operatorsMarkdown],
  ] as const)('print the %s that is asserted', (name, markdown) => {
    const architecture = read('ARCHITECTURE.md');
    const [before = '', rest = ''] = architecture.split(`<!-- ${name} -->`);
    const [, after = ''] = rest.split(`<!-- /${name} -->`);
    const expected = `${before}<!-- ${name} -->\n${markdown()}\n<!-- /${name} -->${after}`;
    if (process.env.BILLFOLD_WRITE_DOCS === '1')
      writeFileSync(new URL('../ARCHITECTURE.md', import.meta.url), expected);
    else expect(architecture).toBe(expected);
  });

  it('print code that is run: what has a language is part of an example, or of what `new projection` writes', () => {
    const folder = new URL('examples/', import.meta.url);
    const examples = readdirSync(folder)
      .filter((name) => /\.(?:ts|js|json)$/.test(name))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const run = [projectionFile('visits'), projectionTestFile('visits'), ...examples].map(unindented);
    const blocks = [...`${read('README.md')}${read('ARCHITECTURE.md')}`.matchAll(/```(?:ts|js|json)\n([\s\S]*?)```/g)];
    expect(blocks.length).toBeGreaterThan(4);
    for (const [, code = ''] of blocks)
      expect(
        run.some((text) => text.includes(unindented(code))),
        code,
      ).toBe(true);
  });

  it('name only files and folders that exist', () => {
    const paths = [
      ...`${read('ARCHITECTURE.md')}${read('README.md')}`.matchAll(/`((?:domain|adapters|infra|test)\/[\w./-]*\w)`/g),
    ].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  });
});
