import { describe, expect, test } from 'vitest';
import { readEntry } from '#adapters/source/readEntry.ts';
import { unwrapEntry } from '#adapters/source/unwrap.ts';
import { retail } from '#domain/index.ts';
import { contact, contactId } from '#test/support/changeEvents.ts';
import { exampleMapping } from '#test/support/exampleMapping.ts';
import { eventOn, snsNotification } from '#test/support/lambdaEvents.ts';

const change = contact(1);
const observed = (message: object | string) => {
  const entry = unwrapEntry(typeof message === 'string' ? message : JSON.stringify(message));
  return entry === null ? null : readEntry(retail, entry, 'event-1');
};

describe('an event says the same', () => {
  const plain = observed(eventOn('ContactChangeEvent', change));

  test.each<readonly [string, object]>([
    ['through SNS', snsNotification(eventOn('ContactChangeEvent', change))],
    ['through SNS, bare', snsNotification(change)],
    ['bare', change],
    ['bare, in Event Relay’s way', { schema: 's', payload: change, event: { replayId: 7 } }],
    ['in CometD’s way', { data: { payload: change, event: { replayId: 7 } }, channel: '/data/ContactChangeEvent' }],
  ])('%s', (_, message) => {
    expect(plain?.observations).toMatchObject([{ record: { id: contactId(1) } }]);
    expect(observed(message)).toEqual(plain);
  });

  test('to the last digit of its commit number, also within a text within a text', () => {
    const exact = JSON.stringify(change).replace('1100638524517', '1652977933433528301');
    const message = JSON.stringify(snsNotification(exact));
    expect(observed(message)?.observations[0]?.stamp).toContain('1652977933433528301');
  });
});

describe('a platform event is known', () => {
  const body = { payload: { Contact_Id__c: contactId(1) }, schema: 's', event: { replayId: 1, EventUuid: 'uuid-1' } };

  test('by the channel it came on, or by the name that it bears', () => {
    expect(unwrapEntry(JSON.stringify({ data: body, channel: '/event/Points_Posted__e' }))).toMatchObject({
      ...{ id: 'uuid-1', 'detail-type': 'Points_Posted__e', detail: body },
    });
    const named = { ...body, event: { ...body.event, EventApiName: 'Points_Posted__e' } };
    expect(unwrapEntry(JSON.stringify(named))).toMatchObject({ 'detail-type': 'Points_Posted__e', detail: named });
  });

  test('to a mapping that reads it, bare as it is in an envelope', async () => {
    const mapping = await exampleMapping('acme.ts');
    const [name, event] = Object.entries(mapping.platformEvents ?? {})[0] ?? [];
    const payload = { [event?.id ?? '']: contactId(1), [event?.stamp ?? '']: '2026-11-02T10:00:00Z' };
    const bare = unwrapEntry(JSON.stringify({ data: { payload, event: {} }, channel: `/event/${name}` })) ?? {};
    const enveloped = eventOn(name ?? '', { payload });
    expect(readEntry(mapping, bare, 'e').observations).toHaveLength(1);
    expect(readEntry(mapping, bare, 'e')).toEqual(readEntry(mapping, enveloped, 'e'));
  });
});

describe('what is no event', () => {
  test.each(['', 'text', '[]', 'null', '7', '{"', JSON.stringify(snsNotification('text'))])('is none: %s', (text) => {
    expect(unwrapEntry(text)).toBeNull();
  });

  test.each<readonly [string, object]>([
    ['an envelope, whatever it carries', { id: '1', detail: { data: {}, payload: {} } }],
    ['an object of another kind', { payload: { some: 'thing' } }],
    ['a confirmation of SNS', { Type: 'SubscriptionConfirmation', Message: 'You have chosen to subscribe' }],
  ])('or is none that is wrapped stays as it is: %s', (_, message) => {
    expect(unwrapEntry(JSON.stringify(message))).toEqual(message);
  });
});
