import { describe, expect, test } from 'vitest';
import { contact, enrolled } from '#test/support/builtEvents.ts';
import { checkProjection } from '#test/support/checkProjection.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { given } from '#test/support/projectionScenario.ts';
import { birthday } from './birthday.ts';

const rewards = await exampleMapping('rewards.ts');

checkProjection(birthday, { mapping: rewards });

/** A member born on that day. */
const born = (day: string) =>
  enrolled({ personal: { firstName: null, lastName: null, email: null, custom: { birthday: day } } });

describe('a birthday reward', () => {
  test('is there from the birthday through the sixth day after it', () => {
    const ada = given(birthday).events(born('1990-05-14'));
    ada.at('2026-05-13').then(null);
    ada.at('2026-05-13').changesOn('2026-05-14');
    ada.at('2026-05-14').then({ validFrom: '2026-05-14', validTo: '2026-05-20' });
    ada.at('2026-05-14').changesOn('2026-05-21');
    ada.at('2026-05-20').shows({ birthdayReward: 'until 2026-05-20' });
    ada.at('2026-05-21').shows({ birthdayReward: null });
    ada.at('2026-05-21').changesOn('2027-05-14');
  });

  test('of who was born on 29 February begins on the 28th, in leap years on the 29th', () => {
    const ada = given(birthday).events(born('1992-02-29'));
    ada.at('2026-02-28').then({ validFrom: '2026-02-28', validTo: '2026-03-06' });
    ada.at('2028-02-28').then(null);
    ada.at('2028-02-29').then({ validFrom: '2028-02-29', validTo: '2028-03-06' });
  });

  test('goes on into the next year', () => {
    given(birthday)
      .events(born('1990-12-29'))
      .at('2027-01-02')
      .then({ validFrom: '2026-12-29', validTo: '2027-01-04' });
  });

  test('begins at midnight in the programme’s time zone', () => {
    const ada = given(birthday, rewards).said(contact({ Birthdate: '1990-05-14' }));
    ada.at('2026-05-13T21:59:59Z').then(null);
    ada.at('2026-05-13T22:00:00Z').then({ validFrom: '2026-05-14' });
  });

  test('follows the birthday that is said last, and goes with it', () => {
    const moved = given(birthday, rewards).said(
      contact({ Birthdate: '1990-05-14' }),
      contact({ Birthdate: '1990-06-01' }),
    );
    moved.at('2026-05-15').then(null);
    moved.at('2026-06-02').then({ validFrom: '2026-06-01' });
    const cleared = given(birthday, rewards).said(contact({ Birthdate: '1990-05-14' }), contact({ Birthdate: null }));
    cleared.at('2026-05-15').then(null);
  });

  test('is nobody’s whose birthday is not known', () => {
    expect(birthday.nextChangeAt(null, { at: 0, timeZone: 'UTC' }, { version: 0, definitions: {} })).toBeNull();
    given(birthday).events(enrolled()).at('2026-05-15').changesOn(null);
  });
});
