/** What `billfold new projection` writes. Names are camelCase and at most 24 characters long, so that every line fits. */
export const projectionFile = (name: string): string =>
  withoutMargin(`
  |import { dateAt, startOfDay } from '../values/calendar.ts';
  |import { contributionChange } from './contributions.ts';
  |import type { Moment, Projection } from './projection.ts';
  |
  |/** Counted purchases, returns aside, of each year ("2026") that has any. */
  |export type ${capital(name)}State = Readonly<Record<string, number>>;
  |export type ${capital(name)}View = { readonly thisYear: number };
  |
  |/** How many purchases a member made this year. */
  |export const ${name}: Projection<${capital(name)}State, ${capital(name)}View> = {
  |  name: '${name}',
  |  // Raise it whenever the same events would give another state.
  |  version: 1,
  |  initial: {},
  |  // An event says what it takes away and what it adds: nothing has to be looked up, and it cannot fail.
  |  evolve: (state, event) => {
  |    const { removed, added } = contributionChange(event);
  |    const without = removed === null || removed.isReduction ? state : counted(state, removed.boughtOn, -1);
  |    return added === null || added.isReduction ? without : counted(without, added.boughtOn, 1);
  |  },
  |  // Time is an argument. So are the definitions of promotions and tiers: the catalog, a third one.
  |  view: (state, now) => ({ thisYear: state[yearAt(now)] ?? 0 }),
  |  // Until then time alone must not change the view; null: it never does.
  |  nextChangeAt: (state, now) =>
  |    Object.keys(state).some((year) => year >= yearAt(now))
  |      ? startOfDay(\`\${Number(yearAt(now)) + 1}-01-01\`, now.timeZone)
  |      : null,
  |  // What the pass shows of the view, under "custom". Without onPass: nothing.
  |  onPass: ({ thisYear }) => ({ ${name}: String(thisYear) }),
  |};
  |
  |const counted = (state: ${capital(name)}State, day: string, by: 1 | -1): ${capital(name)}State => {
  |  const year = day.slice(0, 4);
  |  return { ...state, [year]: (state[year] ?? 0) + by };
  |};
  |
  |const yearAt = ({ at, timeZone }: Moment): string => dateAt(at, timeZone).slice(0, 4);
`);

/** Its test: scenarios, and all laws. */
export const projectionTestFile = (name: string): string =>
  withoutMargin(`
  |import { describe, test } from 'vitest';
  |import { projections } from '#domain/index.ts';
  |import { bought, order } from '#test/support/builtEvents.ts';
  |import { checkProjection } from '#test/support/checkProjection.ts';
  |import { given } from '#test/support/projectionScenario.ts';
  |import { deleted } from '#test/support/scenario.ts';
  |
  |const { ${name} } = projections;
  |
  |checkProjection(${name});
  |
  |describe('${name}', () => {
  |  test('counts the purchases of this year, not those that do not count', () => {
  |    const counted = [bought('2026-01-01'), bought('2026-04-01')];
  |    const others = [bought('2025-12-31'), bought('2026-04-02', { isReduction: true })];
  |    given(${name})
  |      .events(...counted, ...others)
  |      .at('2026-05-01')
  |      .then({ thisYear: 2 });
  |  });
  |
  |  test('begins again with each year', () => {
  |    const ada = given(${name}).events(bought('2026-04-01'));
  |    ada.at('2026-12-31').changesOn('2027-01-01');
  |    ada.at('2027-01-01').then({ thisYear: 0 });
  |  });
  |
  |  test('is on the pass, as sources say it', () => {
  |    given(${name})
  |      .said(order('2026-01-01'), order('2026-04-01'), deleted('Order', { id: '2026-04-01' }))
  |      .at('2026-05-01')
  |      .shows({ ${name}: '1' });
  |  });
  |});
`);

const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Text from the bars on. */
const withoutMargin = (text: string): string => text.replace(/^ *\|/gm, '').trimStart();
