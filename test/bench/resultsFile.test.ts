import { describe, expect, test } from 'vitest';
import { environmentLine, type MeasuredReport, readEnvironment } from './environment.ts';
import { withSection } from './resultsFile.ts';
import { markdownTable } from './table.ts';

const document = '# Results\n\n## fold\n\nBefore.\n\n<!-- bench fold -->\nyesterday\n<!-- /bench fold -->\n\nAfter.\n';

describe('a section of the results', () => {
  test('is replaced between its markers, and nothing around them', () => {
    expect(withSection(document, 'fold', 'new')).toBe(document.replace('yesterday', 'new'));
  });

  test('can be written again', () => {
    const once = withSection(document, 'fold', 'new');
    expect(withSection(once, 'fold', 'new')).toBe(once);
  });

  test('that is not there yet comes last, under a heading', () => {
    const added = '\n## fold, 64 MB\n\n<!-- bench fold, 64 MB -->\nnew\n<!-- /bench fold, 64 MB -->\n';
    expect(withSection(document, 'fold, 64 MB', 'new')).toBe(`${document}${added}`);
  });

  test.each([
    ['closes nowhere', document.replace('<!-- /bench fold -->', '')],
    ['opens nowhere', document.replace('<!-- bench fold -->', '')],
    ['closes before it opens', '<!-- /bench fold -->\n<!-- bench fold -->'],
    ['is there twice', `${document}${document}`],
  ])('that %s is not written over', (_, broken) => {
    expect(() => withSection(broken, 'fold', 'new')).toThrow('once in RESULTS.md');
  });

  test('says when, where, of which code and beside what it was measured', () => {
    const environment = { ...readEnvironment(), loadAverage: { before: 0.25, after: 1.5 } };
    const report: MeasuredReport = {
      name: 'fold',
      tables: [],
      command: 'npm run bench -- fold',
      environment,
      seconds: 4,
    };
    const line = environmentLine({ ...report, environment: { ...environment, commit: 'abc1234', isDirty: true } });
    expect(line).toContain(
      `${environment.date.slice(0, 10)}, at abc1234 with changes, \`npm run bench -- fold\` (4 s), `,
    );
    expect(line).toContain(`${environment.cores} cores (${environment.cpu})`);
    expect(line).toMatch(/ GB, Linux [\d.]+, Node 24\.[\d.]+, dynoxide [\d.]+, load average 0\.25 before, 1\.5 after$/);
  });
});

test('a table has the columns of all its rows, each as wide as its widest cell', () => {
  expect(markdownTable([{ a: 1 }, { a: 'long', b: { median: 2, min: 1, max: 3 } }])).toBe(
    ['| a    | b       |', '| ---- | ------- |', '| 1    |         |', '| long | 2 (1–3) |'].join('\n'),
  );
});
