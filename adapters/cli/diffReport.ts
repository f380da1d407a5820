import type { ChangedPass, Tally } from '#domain/index.ts';
import { countOf } from './followJob.ts';
import { paint, table } from './print.ts';

/** Which passes would change, by field, with samples: what "diff" and "what-if" print. Names of holders are left out. */
export const diffReport = ({ counts, paths, samples }: Tally): string => {
  const { members = 0, changed = 0, pushes = 0 } = counts;
  const heading = `${paint('bold', countOf(changed, 'pass', 'passes'))} of ${members} would change; ${countOf(pushes, 'push', 'pushes')}.`;
  const obstacles = (['missing', 'behind', 'parked', 'threw'] as const).flatMap((name) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [paint('yellow', `${count} ${name}: ${MEANING[name]}`)];
  });
  const rows = Object.entries(paths)
    .sort(([, a], [, b]) => b - a)
    .map(([path, count]) => [`  ${path}`, String(count)]);
  return [
    heading,
    ...obstacles,
    ...(rows.length === 0 ? [] : [table(rows)]),
    ...samples.filter(isChanged).slice(0, 5).map(sampleText),
  ].join('\n');
};

const MEANING = {
  missing: 'no state of that version yet, "billfold replay" makes them',
  behind: 'folded less than the live version',
  parked: 'the version throws for them',
  threw: 'the projection throws for them',
};

const isChanged = (sample: unknown): sample is ChangedPass =>
  typeof sample === 'object' && sample !== null && 'changed' in sample;

const sampleText = ({ memberId, changed, before, after }: ChangedPass): string => {
  const lines = changed
    .filter((path) => !path.startsWith('holder'))
    .slice(0, 6)
    .map((path) => `    ${path}: ${text(at(before, path))} → ${text(at(after, path))}`);
  return [`  ${memberId}`, ...lines].join('\n');
};

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
      value,
    );

const text = (value: unknown): string => {
  const json = value === undefined ? '-' : JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 97)}…` : json;
};
