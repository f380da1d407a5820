import { describe, test } from 'vitest';
import { ADA, deleted, event, type Fields, gap, given, row } from '#test/support/scenario.ts';

const contact = (fields: Fields, details = {}) => event('Contact', fields, details);
const numbered = contact({ MemberNumber__c: 'M-1' });
const ada = `member-${ADA}`;

describe('enrolment', () => {
  test('a contact whose number becomes known is enrolled, with all that is known of it', () => {
    given(contact({ FirstName: 'Zoë' }))
      .when(numbered)
      .then({
        [ada]: [
          { type: 'MemberEnrolled', current: { standing: 'active', number: 'M-1', personal: { firstName: 'Zoë' } } },
        ],
      });
  });

  test('a provisional contact makes no events', () => {
    given()
      .when(contact({ FirstName: 'Zoë' }))
      .then({});
    given(contact({ FirstName: 'Zoë' }))
      .when(contact({ FirstName: 'Zoe' }))
      .then({});
  });

  test('a row enrols as an event does', () => {
    given()
      .when(row('Contact', { MemberNumber__c: 'M-1', MasterRecordId: null }))
      .then({ [ada]: [{ type: 'MemberEnrolled', current: { number: 'M-1' } }] });
  });

  test('the same number again says nothing, nor does a gap', () => {
    given(numbered)
      .when(contact({ MemberNumber__c: 'M-1' }))
      .then({});
    given(numbered).when(gap('Contact')).then({});
    given().when(gap('Contact')).then({});
  });
});

describe('withdrawal', () => {
  test('a number that is cleared withdraws the member', () => {
    given(numbered)
      .when(contact({ MemberNumber__c: null }))
      .then({ [ada]: [{ type: 'MemberWithdrawn', current: { standing: 'withdrawn', number: null } }] });
  });

  test('a contact that is deleted withdraws the member, whose number stays known', () => {
    given(numbered)
      .when(deleted('Contact'))
      .then({ [ada]: [{ type: 'MemberWithdrawn', current: { standing: 'withdrawn', number: 'M-1' } }] });
  });

  test('a row that says deleted withdraws the member, and tells into whom it was merged', () => {
    given(numbered)
      .when(row('Contact', { MemberNumber__c: 'M-1', MasterRecordId: '0038d00000Qz7AbAAJ' }, { exists: false }))
      .then({ [ada]: [{ type: 'MemberWithdrawn', current: { mergedInto: '0038d00000Qz7AbAAJ' } }] });
  });

  test('a member first seen without a number, or first seen deleted, is withdrawn at once', () => {
    given()
      .when(contact({ MemberNumber__c: null }))
      .then({ [ada]: [{ type: 'MemberWithdrawn' }] });
    given()
      .when(deleted('Contact'))
      .then({ [ada]: [{ type: 'MemberWithdrawn' }] });
  });

  test('a deletion that is older than what restored the contact says nothing', () => {
    given(numbered, contact({}, { at: 60 }))
      .when(deleted('Contact', { at: 50 }))
      .then({});
  });

  test('deleted twice is withdrawn once', () => {
    given(numbered, deleted('Contact')).when(deleted('Contact')).then({});
  });
});

describe('reinstatement', () => {
  test('a number that comes back reinstates the member', () => {
    given(numbered, contact({ MemberNumber__c: null }))
      .when(contact({ MemberNumber__c: 'M-2' }))
      .then({ [ada]: [{ type: 'MemberReinstated', current: { standing: 'active', number: 'M-2' } }] });
  });

  test('a contact that is restored is reinstated with what changed meanwhile', () => {
    given(numbered, deleted('Contact'))
      .when(contact({ LastName: 'Roth' }))
      .then({ [ada]: [{ type: 'MemberReinstated', current: { number: 'M-1', personal: { lastName: 'Roth' } } }] });
  });

  test('a restored contact without a number stays withdrawn', () => {
    given(contact({ MemberNumber__c: null }), deleted('Contact'))
      .when(contact({}))
      .then({});
  });

  test('a restored contact whose number was never said is provisional again', () => {
    given(deleted('Contact'))
      .when(contact({ FirstName: 'Zoë' }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { standing: 'provisional' } }] });
  });
});

describe('details', () => {
  test('a changed detail is told with what it was', () => {
    given(numbered, contact({ MemberSince__c: '2020-01-01' }))
      .when(contact({ MemberSince__c: '2019-05-01' }))
      .then({
        [ada]: [
          {
            type: 'MemberDetailsChanged',
            previous: { memberSince: '2020-01-01' },
            current: { memberSince: '2019-05-01' },
          },
        ],
      });
  });

  test('a cleared detail is null', () => {
    given(numbered, contact({ Email: 'zoe@example.test' }))
      .when(contact({ Email: null }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { personal: { email: null } } }] });
  });

  test('another number is a detail', () => {
    given(numbered)
      .when(contact({ MemberNumber__c: 'M-2' }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { number: 'M-2' } }] });
  });

  test('details of a withdrawn member are still followed', () => {
    given(contact({ MemberNumber__c: null }))
      .when(contact({ FirstName: 'Zoë' }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { standing: 'withdrawn' } }] });
  });

  test('an older observation changes nothing', () => {
    given(numbered, contact({ FirstName: 'Zoë' }, { at: 60 }))
      .when(contact({ FirstName: 'Zoe' }, { at: 50 }))
      .then({});
  });

  test('a detail that was never said and is said to be empty changes nothing', () => {
    given(numbered)
      .when(contact({ FirstName: null }))
      .then({});
  });
});

describe('rows and events of one second', () => {
  const inOneSecond = (fields: Fields) => contact(fields, { at: 60 });

  test('a row extracted clearly later has seen every event of the second', () => {
    given(numbered, inOneSecond({ FirstName: 'Zoe' }))
      .when(row('Contact', { FirstName: 'Zoë' }, { at: 60, extractedAt: 66 }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { personal: { firstName: 'Zoë' } } }] });
  });

  test('a row extracted within the margin may not have seen it', () => {
    given(numbered, inOneSecond({ FirstName: 'Zoe' }))
      .when(row('Contact', { FirstName: 'Zoë' }, { at: 60, extractedAt: 65.999 }))
      .then({});
  });

  test('of two events the later commit wins, whatever arrives first', () => {
    given(numbered, contact({ FirstName: 'second' }, { at: 60, commit: 10 }))
      .when(contact({ FirstName: 'first' }, { at: 60, commit: 9 }))
      .then({});
  });

  test('of two values of one commit the greater wins, whatever arrives first', () => {
    given(numbered, contact({ FirstName: 'b' }, { at: 60, commit: 9 }))
      .when(contact({ FirstName: 'a' }, { at: 60, commit: 9 }))
      .then({});
    given(numbered, contact({ FirstName: 'a' }, { at: 60, commit: 9 }))
      .when(contact({ FirstName: 'b' }, { at: 60, commit: 9 }))
      .then({ [ada]: [{ type: 'MemberDetailsChanged', current: { personal: { firstName: 'b' } } }] });
  });

  test('of two claims of one commit the deletion wins, whatever arrives first', () => {
    const says = (exists: boolean) => contact({}, { at: 60, commit: 9, exists });
    given(numbered, says(true))
      .when(says(false))
      .then({ [ada]: [{ type: 'MemberWithdrawn' }] });
    given(numbered, says(false)).when(says(true)).then({});
  });

  test('a row that was extracted before the deletion does not bring the contact back', () => {
    given(numbered, deleted('Contact', { at: 60 }))
      .when(row('Contact', { MemberNumber__c: 'M-1' }, { at: 10, extractedAt: 65 }))
      .then({});
  });

  test('a row that was extracted clearly after the deletion and has the contact brings it back', () => {
    given(numbered, deleted('Contact', { at: 60 }))
      .when(row('Contact', { MemberNumber__c: 'M-1' }, { at: 10, extractedAt: 66 }))
      .then({ [ada]: [{ type: 'MemberReinstated' }] });
  });
});
