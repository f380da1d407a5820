import { describe, test } from 'vitest';
import { deleted, event, type Fields, gap, given, PROMOTION, row } from '#test/support/scenario.ts';

const promotion = (fields: Fields, details = {}) => event('Promotion__c', fields, details);
const defined = promotion({ Title__c: 'Spring', Active__c: 'true' });
const stream = `promotion-${PROMOTION}`;

describe('a definition', () => {
  test('is defined when it is first described', () => {
    given()
      .when(promotion({ Title__c: 'Spring', StartsOn__c: '2026-03-01', Active__c: 'false' }))
      .then({
        [stream]: [
          {
            type: 'PromotionDefined',
            definitionId: PROMOTION,
            current: { title: 'Spring', startsOn: '2026-03-01', isActive: false },
          },
        ],
      });
  });

  test('whose activity was never said is active; said and empty, it is not', () => {
    given()
      .when(promotion({ Title__c: 'Spring' }))
      .then({ [stream]: [{ type: 'PromotionDefined', current: { isActive: true } }] });
    given()
      .when(promotion({ Active__c: null }))
      .then({ [stream]: [{ type: 'PromotionDefined', current: { isActive: false } }] });
  });

  test('is redefined when something about it changes, by a load as by an event', () => {
    given(defined)
      .when(row('Promotion__c', { Terms__c: 'Once a day' }))
      .then({
        [stream]: [{ type: 'PromotionRedefined', previous: { terms: null }, current: { terms: 'Once a day' } }],
      });
  });

  test('is silent when it is said again or said by something older', () => {
    given(defined)
      .when(promotion({ Title__c: 'Spring' }))
      .then({});
    given(defined, promotion({ Title__c: 'Summer' }, { at: 60 }))
      .when(promotion({ Title__c: 'Autumn' }, { at: 50 }))
      .then({});
  });

  test('is retired once when its record is deleted', () => {
    given(defined)
      .when(deleted('Promotion__c'))
      .then({ [stream]: [{ type: 'PromotionRetired', previous: { title: 'Spring' } }] });
    given(defined, deleted('Promotion__c')).when(deleted('Promotion__c')).then({});
  });

  test('is defined again, as it then stands, when it is restored', () => {
    given(defined, deleted('Promotion__c'))
      .when(promotion({ Active__c: 'false' }))
      .then({ [stream]: [{ type: 'PromotionDefined', current: { title: 'Spring', isActive: false } }] });
  });

  test('that is gone before anyone described it is known to be gone', () => {
    given()
      .when(deleted('Promotion__c'))
      .then({ [stream]: [{ type: 'PromotionRetired', previous: { title: null } }] });
  });

  test('that is gone is retired with what was last known of it, in whatever order that becomes known', () => {
    given(defined)
      .when(row('Promotion__c', { Title__c: 'Summer' }, { exists: false }))
      .then({ [stream]: [{ type: 'PromotionRetired', previous: { title: 'Summer' } }] });
    given(deleted('Promotion__c', { at: 60 }))
      .when(promotion({ Title__c: 'Spring' }, { at: 50 }))
      .then({ [stream]: [{ type: 'PromotionRetired', previous: { title: 'Spring' } }] });
    given(deleted('Promotion__c', { at: 60 }), promotion({ Title__c: 'Spring' }, { at: 50 }))
      .when(promotion({ Title__c: 'Winter' }, { at: 40 }))
      .then({});
  });

  test('of which only a gap is known is silent', () => {
    given().when(gap('Promotion__c')).then({});
    given(defined).when(gap('Promotion__c')).then({});
  });
});
