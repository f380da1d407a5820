import { addDays, dateAt, type LocalDate, localDate, type Moment, type Projection, startOfDay } from 'billfold';
import * as O from 'fp-ts/lib/Option.js';

/** The member's birthday, as the custom attribute `birthday` says it. null: not known. */
export type BirthdayState = LocalDate | null;
/** The reward that can be used today. null: none. Both days are included. */
export type BirthdayView = { readonly validFrom: LocalDate; readonly validTo: LocalDate } | null;

/** From the birthday on, for so many days. */
const DAYS = 7;

/** A reward in the week that begins with the member's birthday; 29 February is celebrated on the 28th where a year has none. */
export const birthday: Projection<BirthdayState, BirthdayView> = {
  name: 'birthday',
  version: 1,
  initial: null,
  evolve: (state, event) => {
    switch (event.type) {
      case 'MemberEnrolled':
      case 'MemberDetailsChanged':
      case 'MemberWithdrawn':
      case 'MemberReinstated':
        return event.current.personal.custom?.birthday ?? null;
      case 'MemberForgotten':
        return null;
      default:
        return state;
    }
  },
  view: (born, now) => {
    const today = dateAt(now.at, now.timeZone);
    return weeksAround(born, now).find(({ validFrom, validTo }) => validFrom <= today && today <= validTo) ?? null;
  },
  nextChangeAt: (born, now) => {
    const today = dateAt(now.at, now.timeZone);
    const turningDays = weeksAround(born, now).flatMap(({ validFrom, validTo }) => [validFrom, addDays(validTo, 1)]);
    const next = turningDays.find((day) => day > today);
    return next === undefined ? null : startOfDay(next, now.timeZone);
  },
  onPass: (reward) => ({ birthdayReward: reward === null ? null : `until ${reward.validTo}` }),
};

/** Of last year (its week may reach into this one), this year and the next, in order. */
const weeksAround = (born: BirthdayState, { at, timeZone }: Moment): readonly NonNullable<BirthdayView>[] => {
  if (born === null || O.isNone(localDate(born))) return [];
  const year = Number(dateAt(at, timeZone).slice(0, 4));
  return [year - 1, year, year + 1].map((each) => {
    const validFrom = inYear(born, each);
    return { validFrom, validTo: addDays(validFrom, DAYS - 1) };
  });
};

const inYear = (born: LocalDate, year: number): LocalDate => {
  const day = `${year}${born.slice(4)}`;
  return O.isSome(localDate(day)) ? day : `${year}-02-28`;
};
