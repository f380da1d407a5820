import { ACCOUNT_ID, salesforceId } from './ids.ts';
import { daysMs, lastFileMs, lifeOf, type PlannedNews, startOfYear } from './life.ts';
import { emailOf, LAST_NAMES, type Person, somebody } from './people.ts';
import { DAY_MS, dayOf } from './promotions.ts';
import type { Random } from './random.ts';
import type { Fields } from './wire.ts';

/** A contact: there from the start, or, one in twelve, joining during the year; then a change of details now and then, told by event. */
export const contactLife = (random: Random, serial: number, untilMs: number): readonly PlannedNews[] => {
  const sinceMs = startOfYear(untilMs);
  const joins = serial % 12 === 11;
  const createdMs = joins ? sinceMs + daysMs(random, 10, 320) : sinceMs - daysMs(random, 2, 1800);
  const person = somebody(random);
  const number = random.chance(0.98) ? `M-${String(100_000 + serial * 37)}` : null;
  const life = lifeOf('Contact', memberId(serial), untilMs);
  const newEmail = (nth: number): string => emailOf(person.firstName, person.lastName, serial + nth * 10_000);
  life.push('CREATE', createdMs, newContact(random, person, newEmail(0), number, createdMs), joins);
  let atMs = Math.max(createdMs, sinceMs);
  for (;;) {
    atMs += daysMs(random, 20, 1600);
    if (atMs >= lastFileMs(untilMs)) return life.news;
    const what = random.fraction();
    if (what < 0.35) life.push('UPDATE', atMs, { Email: newEmail(life.news.length) }, true);
    else if (what < 0.5) life.push('UPDATE', atMs, { Email: null }, true);
    else if (what < 0.68) life.push('UPDATE', atMs, { LastName: random.pick(LAST_NAMES) }, true);
    else if (what < 0.88) life.push('UPDATE', atMs, { MailingCity: somebody(random).city, MailingStreet: null }, true);
    else if (what < 0.94 && number !== null) {
      life.push('UPDATE', atMs, { MemberNumber__c: null }, true);
      if (random.chance(0.7)) life.push('UPDATE', atMs + 2 * DAY_MS, { MemberNumber__c: number }, true);
      return life.news;
    } else {
      life.push('DELETE', atMs, {}, true);
      if (random.chance(0.5)) life.push('UNDELETE', atMs + DAY_MS, {}, true);
      return life.news;
    }
  }
};

export const memberId = (serial: number): string => salesforceId('Contact', serial + 1);

const newContact = (
  random: Random,
  person: Person,
  email: string,
  number: string | null,
  createdMs: number,
): Fields => ({
  AccountId: ACCOUNT_ID,
  MasterRecordId: null,
  Salutation: person.salutation,
  FirstName: person.firstName,
  LastName: person.lastName,
  Email: email,
  MobilePhone: null,
  Birthdate: null,
  HasOptedOutOfEmail: random.chance(0.2),
  MailingStreet: person.street,
  MailingCity: person.city,
  MailingState: null,
  MailingPostalCode: person.postalCode,
  MailingCountry: person.country,
  MemberNumber__c: number,
  MemberSince__c: dayOf(createdMs),
  LeadSource: 'Store',
});
