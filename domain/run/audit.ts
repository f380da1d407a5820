import type { Finding } from '../record/audit.ts';

/** What the rows of a file or run showed to have gone wrong, by field: how many records. No value is in it. */
export type Audit = Readonly<Record<string, FieldAudit>>;
export type FieldAudit = { readonly missed: number; readonly wrong: number };

export const noAudit: Audit = {};

export const addFindings = (audit: Audit, findings: readonly Finding[]): Audit => {
  if (findings.length === 0) return audit;
  const sums: Record<string, FieldAudit> = { ...audit };
  for (const { field, what } of findings) {
    const { missed, wrong } = sums[field] ?? nothing;
    sums[field] = what === 'missed' ? { missed: missed + 1, wrong } : { missed, wrong: wrong + 1 };
  }
  return sums;
};

export const addAudits = (a: Audit, b: Audit): Audit => combined(a, b, (one, other) => one + other);

/** Of one file that was read twice: the second time less is new, as what the first one merged is known. */
export const greaterAudit = (a: Audit, b: Audit): Audit => combined(a, b, Math.max);

/** Of all fields together. */
export const totalOfAudit = (audit: Audit): FieldAudit =>
  Object.values(audit).reduce(
    (sum, { missed, wrong }) => ({ missed: sum.missed + missed, wrong: sum.wrong + wrong }),
    nothing,
  );

const nothing: FieldAudit = { missed: 0, wrong: 0 };

const combined = (a: Audit, b: Audit, join: (one: number, other: number) => number): Audit => {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    names.map((name) => {
      const [one, other] = [a[name] ?? nothing, b[name] ?? nothing];
      return [name, { missed: join(one.missed, other.missed), wrong: join(one.wrong, other.wrong) }];
    }),
  );
};
