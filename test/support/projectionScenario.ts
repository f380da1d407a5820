import { expect } from 'vitest';
import {
  addDays,
  type Catalog,
  type Definitions,
  type DomainEvent,
  dateAt,
  type EpochMs,
  emptyCatalog,
  evolveDefinitions,
  isMemberEvent,
  type LocalDate,
  type Mapping,
  type MemberEvent,
  type Moment,
  type Projection,
  retail,
  startOfDay,
  type TimeZone,
} from '#domain/index.ts';
import { ADA, catalogOf, learnAll, memberEventsOf, type Said } from '#test/support/scenario.ts';

/**
 * given(projection).events(what happened) or .said(what sources said), .at(when).then(its view), as far as a test is about it.
 * The mapping is what observations are read by; its programme has the time zone.
 */
export const given = <State, View>(projection: Projection<State, View>, mapping: Mapping = retail) => {
  const { timeZone } = mapping.programme;
  const after = (events: readonly MemberEvent[], catalog: Catalog) => {
    const state = events.reduce(projection.evolve, projection.initial);
    return {
      /** A day means noon there in the programme's time zone; else an instant with its zone, such as 2026-05-01T00:00:00Z. */
      at: (when: LocalDate | string) => {
        const now: Moment = { at: instantOf(when, timeZone), timeZone };
        const view = projection.view(state, now, catalog);
        const change = projection.nextChangeAt(state, now, catalog);
        return {
          view,
          // biome-ignore lint/suspicious/noThenProperty: the words of a scenario; nobody awaits one.
          then: (expected: PartOf<View>): void => matches(view, expected),
          /** What the pass shows under `custom`. */
          shows: (expected: Readonly<Record<string, string | null>>): void =>
            expect(projection.onPass?.(view) ?? {}).toMatchObject(expected),
          /** The day on which time alone changes the view next; null: never. */
          changesOn: (day: LocalDate | null): void => {
            expect(change === null ? null : dateAt(change, timeZone)).toBe(day);
            if (change !== null)
              expect(change, 'at the first instant of the day').toBe(startOfDay(dateAt(change, timeZone), timeZone));
          },
        };
      },
    };
  };
  return {
    /** A member's, and those of definitions. */
    events: (...events: readonly DomainEvent[]) => {
      const defined = events.reduce<Definitions>(evolveDefinitions, { definitions: {} });
      return after(events.filter(isMemberEvent), { ...emptyCatalog, ...defined });
    },
    /** Merged and decided as the service does; what it meant for ADA. */
    said: (...history: readonly Said[]) => {
      const known = learnAll(history, mapping);
      return after(memberEventsOf(known, ADA), catalogOf(known));
    },
  };
};

/** A value as far as a test is about it. */
type PartOf<View> = View extends object ? { readonly [Key in keyof View]?: PartOf<View[Key]> } : View;

const matches = (view: unknown, expected: unknown): void => {
  if (typeof expected === 'object' && expected !== null) expect(view).toMatchObject(expected);
  else expect(view).toBe(expected);
};

const instantOf = (when: string, timeZone: TimeZone): EpochMs => {
  if (when.length > 10) return Date.parse(when);
  return (startOfDay(when, timeZone) + startOfDay(addDays(when, 1), timeZone)) / 2;
};
