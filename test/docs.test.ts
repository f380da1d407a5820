import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectionFile, projectionTestFile } from '#adapters/cli/projectionTemplate.ts';
import { type LedgerRow, ledgerTable } from '#test/support/ledgerTable.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** `BILLFOLD_WRITE_DOCS=1 npx vitest run … test/docs.test.ts` writes the table that the ledger test asserts. */
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
  it('print the ledger that is asserted', () => {
    const architecture = read('ARCHITECTURE.md');
    const [before = '', rest = ''] = architecture.split('<!-- ledger -->');
    const [, after = ''] = rest.split('<!-- /ledger -->');
    const expected = `${before}<!-- ledger -->\n${ledgerMarkdown(Object.values(ledgerTable))}\n<!-- /ledger -->${after}`;
    if (process.env.BILLFOLD_WRITE_DOCS === '1')
      writeFileSync(new URL('../ARCHITECTURE.md', import.meta.url), expected);
    else expect(architecture).toBe(expected);
  });

  it('print TypeScript that is run: each block is part of an example or of what `new projection` writes', () => {
    const examples = readdirSync(new URL('examples', import.meta.url)).filter((name) => name.endsWith('.ts'));
    const run = [
      ...[projectionFile('visits'), projectionTestFile('visits')],
      ...examples.map((name) => read(`test/examples/${name}`)),
    ].map(unindented);
    const blocks = [...read('README.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => unindented(block));
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.filter((block) => !run.some((text) => text.includes(block)))).toEqual([]);
  });

  it('name only files and folders that exist', () => {
    const paths = [
      ...`${read('ARCHITECTURE.md')}${read('README.md')}`.matchAll(/`((?:domain|adapters|infra|test)\/[\w./-]*\w)`/g),
    ].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))).toEqual([]);
  });
});
