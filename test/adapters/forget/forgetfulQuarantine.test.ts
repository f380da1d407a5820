import * as O from 'fp-ts/lib/Option.js';
import { expect, test } from 'vitest';
import { forgetfulQuarantine } from '#adapters/forget/forgetfulQuarantine.ts';
import { memoryForgottenStore } from '#adapters/memory/forgottenStore.ts';
import { emptyMemory } from '#adapters/memory/memory.ts';
import { memoryQuarantineStore } from '#adapters/memory/quarantineStore.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { QuarantineItem } from '#domain/index.ts';
import { got } from '#test/contract/given.ts';

const [ADA, EVE] = [salesforceId('Contact', 1), salesforceId('Contact', 2)];
const item = (id: string, content: string | null): QuarantineItem => ({
  ...{
    id,
    type: 'input',
    origin: { type: 'event', eventId: id },
    path: 'detail',
    reason: 'expected',
    quarantinedAt: 1,
  },
  content,
});

test('a text that names a member who is forgotten is not kept; the item is, and the texts of others are', async () => {
  const [store, forgotten] = [memoryQuarantineStore(emptyMemory()), memoryForgottenStore()];
  const quarantine = forgetfulQuarantine(store, forgotten);
  await got(forgotten.ask(ADA, 1));
  await got(forgotten.ask('till-4:7', 1));
  const texts = {
    long: `{"Id":"${ADA}"}`,
    short: ADA.slice(0, 15),
    foreign: '{"id":"till-4:7"}',
    eve: `{"Id":"${EVE}"}`,
  };
  const items = Object.entries(texts).map(([id, content]) => item(id, content));
  await got(quarantine.put([...items, item('none', null)]));
  const kept = await Promise.all(
    [...Object.keys(texts), 'none'].map(async (id) => {
      const found = await got(store.get(id));
      return [id, O.isSome(found) ? found.value.content : 'gone'];
    }),
  );
  expect(Object.fromEntries(kept)).toEqual({ long: null, short: null, foreign: null, eve: texts.eve, none: null });
});
