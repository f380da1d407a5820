import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { flowsOf } from '#adapters/appflow/flowsOf.ts';
import { deployedMapping, flowPlan } from '#adapters/source/flowPlan.ts';
import { type Mapping, presets, retail, validateMapping } from '#domain/index.ts';

const withFeeds = (feeds: NonNullable<Mapping['feeds']>): Mapping => ({ ...retail, feeds });
const namesOf = (mapping: Mapping): readonly string[] => flowPlan(mapping, 'p').map(({ name }) => name);

describe('the flows of a mapping', () => {
  test('are three for each object: all, what changed, changes as they happen', () => {
    expect(flowPlan(retail, 'p').filter(({ object }) => object === 'Voucher__c')).toEqual([
      { name: 'p-Voucher__c-full', object: 'Voucher__c', trigger: 'onDemand', api: 'BULKV2' },
      {
        ...{ name: 'p-Voucher__c-changes', object: 'Voucher__c', trigger: 'schedule', api: 'REST_SYNC' },
        ...{ everyMinutes: 15, offsetSeconds: 60, dateField: 'SystemModstamp' },
      },
      { name: 'p-Voucher__c-events', object: 'Voucher__c', trigger: 'event', event: 'Voucher__ChangeEvent' },
    ]);
    expect(namesOf(retail)).toHaveLength(3 * Object.keys(retail.objects).length);
    expect(flowPlan(retail, 'p')).toContainEqual(expect.objectContaining({ event: 'ContactChangeEvent' }));
  });

  test('are those that its feeds leave', () => {
    const feeds = { Order: { full: false, everyMinutes: 5, events: false } };
    expect(namesOf(withFeeds(feeds)).filter((name) => name.includes('Order'))).toEqual(['p-Order-changes']);
    const none = { Order: { full: false, everyMinutes: 'never' as const, events: false } };
    expect(namesOf(withFeeds(none)).filter((name) => name.includes('Order'))).toEqual([]);
  });

  test.each(Object.entries(presets))(
    '%s asks for the change events of five objects at the most, which is what an org has without an add-on',
    (_, mapping) => {
      const told = flowPlan(mapping, 'p').filter(({ trigger }) => trigger === 'event');
      expect(told.length).toBeGreaterThan(0);
      expect(told.length).toBeLessThanOrEqual(5);
    },
  );

  test('of an object whose changes Salesforce tells of to nobody are without events', () => {
    const told = flowPlan(presets['loyalty-management'], 'p').filter(({ trigger }) => trigger === 'event');
    expect(told.map(({ object }) => object)).not.toContain('VoucherDefinition');
  });

  test('have names that AppFlow takes, for objects of each preset', () => {
    for (const mapping of Object.values(presets))
      for (const name of namesOf(mapping)) expect(name).toMatch(/^[a-zA-Z0-9][\w!@#.-]{1,255}$/);
  });
});

describe('a mapping as it is deployed', () => {
  test('knows the object of each file by its flow, and which flow reads all of it', () => {
    const deployed = deployedMapping(retail, 'p');
    expect(deployed.flows).toMatchObject({ 'p-Order-full': 'Order', 'p-Order-changes': 'Order' });
    expect(deployed.flows).not.toHaveProperty('p-Order-events');
    expect(flowsOf(deployed, 'Order')).toEqual({ type: 'all', flows: ['p-Order-full'] });
  });

  test('keeps the full loads that were declared; an object by its own name means its flow', () => {
    const fullLoads = ['Order', ['a-to-m', 'n-to-z']] as const;
    const flows = { 'a-to-m': 'Contact', 'n-to-z': 'Contact' };
    const deployed = deployedMapping({ ...retail, flows, fullLoads }, 'p');
    expect(flowsOf(deployed, 'Contact')).toEqual({ type: 'all', flows: ['a-to-m', 'n-to-z'] });
    expect(flowsOf(deployed, 'Order')).toEqual({ type: 'all', flows: ['p-Order-full'] });
    expect(flowsOf(deployed, 'Promotion__c')).toEqual({ type: 'all', flows: ['p-Promotion__c-full'] });
  });

  test('is a mapping, whose flows are the same; deployed again it is itself', () => {
    for (const mapping of Object.values(presets)) {
      const deployed = deployedMapping(mapping, 'p');
      expect(validateMapping(JSON.parse(JSON.stringify(deployed)))).toEqual(E.right(deployed));
      expect(flowPlan(deployed, 'p')).toEqual(flowPlan(mapping, 'p'));
      expect(deployedMapping(deployed, 'p')).toEqual(deployed);
    }
  });
});
