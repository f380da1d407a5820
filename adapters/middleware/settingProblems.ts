import type * as t from 'io-ts';
import { KNOWN_KEYS } from '../settingCodecs.ts';

/** path: keys and places in lists, from the top. what: never a value. */
export type SettingProblem = { readonly path: readonly string[]; readonly what: string };

/** What is wrong with a configuration, each once, in the order of the codec. */
export const settingProblems = (errors: t.Errors): readonly SettingProblem[] => {
  const problems = withoutOutdone(errors.map(problemOf));
  return [...new Map(problems.map((problem) => [`${pathText(problem.path)}: ${problem.what}`, problem])).values()];
};

/** webhooks[0].url */
export const pathText = (path: readonly string[]): string =>
  path.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '');

type Found = SettingProblem & { readonly choice: { readonly path: readonly string[]; readonly name: string } | null };

/** Entries of a context that are members of a union are places of the codec, not of the value: they hold the same value as the entry above. */
const problemOf = ({ context, value, message }: t.ValidationError): Found => {
  const isMember = (index: number): boolean =>
    /^\d+$/.test(context[index]?.key ?? '') && context[index]?.actual === context[index - 1]?.actual;
  const path = context.flatMap(({ key }, index) => (index === 0 || isMember(index) ? [] : [key]));
  const first = context.findIndex((_entry, index) => index > 0 && isMember(index));
  const choice =
    first < 0
      ? null
      : {
          path: context.slice(1, first).flatMap(({ key }, index) => (isMember(index + 1) ? [] : [key])),
          name: context[first - 1]?.type.name ?? '',
        };
  const expected = context.at(-1)?.type.name ?? 'something else';
  if (expected.startsWith(KNOWN_KEYS)) return { path, what: unknownKey(path.at(-1) ?? '', expected), choice };
  const missing = value === undefined ? 'is missing: ' : '';
  return { path, what: message ?? `${missing}expected ${expected}`, choice };
};

/** Of a choice, what one of its members says of the inside counts, if there is such a thing; otherwise that it is none of them. */
const withoutOutdone = (problems: readonly Found[]): readonly Found[] => {
  const outdone = new Set(
    problems.flatMap(({ choice, path }) =>
      choice !== null && path.length > choice.path.length ? [pathText(choice.path)] : [],
    ),
  );
  return problems.flatMap((problem): readonly Found[] => {
    const { choice, path } = problem;
    if (choice === null || path.length > choice.path.length) return [problem];
    return outdone.has(pathText(choice.path)) ? [] : [{ ...problem, what: `expected ${choice.name}` }];
  });
};

const unknownKey = (key: string, expected: string): string => {
  const known = expected.slice(KNOWN_KEYS.length).split(', ');
  const [nearest] = known
    .map((name) => ({ name, steps: stepsBetween(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)))
    .toSorted((a, b) => a.steps - b.steps);
  return nearest === undefined ? `no such key: expected ${expected}` : `no such key: did you mean "${nearest.name}"?`;
};

/** Letters put in, taken out or changed (Levenshtein 1965). */
const stepsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
};
