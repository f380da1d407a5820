import type { Fault } from './faults/fault.ts';
import type { Broken, ChaosReport, Struck } from './run.ts';

/** A fault, how often it struck, what became of it. */
export type Line = { readonly fault: string; readonly times: number; readonly outcome: string };

export const linesOf = (faults: readonly Fault[], struck: readonly Struck[]): readonly Line[] =>
  faults.map(({ name }) => {
    const times = struck.flatMap(({ strikes, broken }) =>
      strikes.filter(({ fault }) => fault.name === name).map(() => broken),
    );
    const held = times.filter((broken) => broken.length === 0).length;
    return { fault: name, times: times.length, outcome: outcomeOf(times.length, held) };
  });

const outcomeOf = (times: number, held: number): string =>
  times === 0 ? 'not tried' : held === times ? 'everything held' : `broken ${times - held} times`;

export const holds = ({ struck, broken }: ChaosReport): boolean =>
  broken.length === 0 && struck.every((one) => one.broken.length === 0);

export const tableOf = (lines: readonly Line[]): string =>
  [
    '| Fault | Times | Outcome |',
    '|---|---|---|',
    ...lines.map(({ fault, times, outcome }) => `| ${fault} | ${times} | ${outcome} |`),
  ].join('\n');

export const struckLine = ({ strikes, counts, tookMs, broken }: Struck): string => {
  const again = counts.refused === 0 ? '' : `, ${counts.refused} sent again`;
  const outcome = broken.length === 0 ? 'held' : `BROKEN ${brokenText(broken)}`;
  const names = strikes.map(({ fault }) => fault.name).join(', then ');
  return `${String(strikes.at(-1)?.number ?? 0).padStart(4)}  ${names}: ${counts.sent} deliveries${again}, ${(tookMs / 1000).toFixed(1)} s, ${outcome}`;
};

export const brokenText = (broken: readonly Broken[]): string =>
  broken
    .map(
      ({ promise, seen }) =>
        `${promise}: ${seen.slice(0, SHOWN).join('; ')}${seen.length > SHOWN ? `; and ${seen.length - SHOWN} more` : ''}`,
    )
    .join('\n        ');
const SHOWN = 3;

export const countsText = ({ struck, members, records, published, held, tookMs }: ChaosReport): string => {
  const sum = (of: (one: Struck) => number): number => struck.reduce((total, one) => total + of(one), 0);
  const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  return [
    `${struck.reduce((total, { strikes }) => total + strikes.length, 0)} faults in ${Math.round(tookMs / 1000)} s; ${sum(({ counts }) => counts.sent)} deliveries, ${sum(({ counts }) => counts.refused)} not taken and sent again,`,
    `${sum(({ counts }) => counts.repeated)} delivered twice on purpose; ${members} members, ${records} records, ${published} passes published;`,
    `in use ${mb(held.atFirst.heapBytes)} at first, ${mb(held.atLast.heapBytes)} at last; files and sockets ${held.atFirst.handles} and ${held.atLast.handles}.`,
  ].join('\n');
};
