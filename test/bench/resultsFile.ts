import { readFileSync, writeFileSync } from 'node:fs';
import { environmentLine, type MeasuredReport } from './environment.ts';
import { markdownTable } from './table.ts';

const RESULTS = new URL('./RESULTS.md', import.meta.url);

/** Puts the tables between the section's markers; what stands around them stays. */
export const writeResults = (section: string, report: MeasuredReport): void =>
  writeFileSync(RESULTS, withSection(readFileSync(RESULTS, 'utf8'), section, sectionText(report)));

const sectionText = (report: MeasuredReport): string => `${environmentLine(report)}.\n\n${tablesText(report)}`;

export const tablesText = ({ tables }: Pick<MeasuredReport, 'tables'>): string =>
  tables.map(({ title, rows }) => `${title}:\n\n${markdownTable(rows)}`).join('\n\n');

/** A section without markers is a new one, at the end. Throws where its markers are not one pair in order. */
export const withSection = (document: string, section: string, text: string): string => {
  const [opening, closing] = [`<!-- bench ${section} -->`, `<!-- /bench ${section} -->`];
  const marked = `${opening}\n${text}\n${closing}`;
  const [before = '', rest, ...more] = document.split(opening);
  if (rest === undefined && !document.includes(closing)) return `${document.trimEnd()}\n\n## ${section}\n\n${marked}\n`;
  const [, after, ...others] = (rest ?? '').split(closing);
  if (after === undefined || more.length > 0 || others.length > 0)
    throw new Error(`expected "${opening}" and then "${closing}" once in RESULTS.md`);
  return `${before}${marked}${after}`;
};
