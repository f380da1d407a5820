import { expect, test } from 'vitest';
import { groupsOf } from '#adapters/console/page/operate/quarantineGroups.ts';
import type { QuarantinedText } from '#adapters/http/answers/quarantine.ts';

const row = (file: string, offset: number, reason = 'expected a date') =>
  ({
    id: `${file}${offset}`,
    path: 'Order.EffectiveDate',
    reason,
    origin: { type: 'file', file, offset },
  }) as QuarantinedText;
const event = (id: string) =>
  ({ id, path: 'detail', reason: 'expected a date', origin: { type: 'event', eventId: id } }) as QuarantinedText;

test('rows of one file that are refused for one reason are one trouble; events stand for themselves', () => {
  const items = [row('a', 0), row('a', 9, 'expected text'), row('a', 20), event('x'), event('y'), row('b', 0)];
  expect(groupsOf(items).map((group) => group.items.map(({ id }) => id))).toEqual([
    ...[['a0', 'a20'], ['a9'], ['x'], ['y'], ['b0']],
  ]);
});
