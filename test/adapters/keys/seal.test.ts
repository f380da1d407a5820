import { randomBytes } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { expect, test } from 'vitest';
import { openSeal, seal } from '#adapters/keys/seal.ts';

const key = randomBytes(32);
const sealed = seal(key, 'member-1@1', 'Zoë 長い');

test('what is sealed opens under its key, in its place', () => {
  const opened = openSeal(key, 'member-1@1', sealed);
  expect(E.isRight(opened) && O.isSome(opened.right) && opened.right.value.toString()).toBe('Zoë 長い');
  expect(Buffer.from(sealed).includes('Zoë')).toBe(false);
});

test('the same text is sealed differently every time', () => {
  expect(seal(key, 'x', 'same')).not.toEqual(seal(key, 'x', 'same'));
});

test('under a destroyed key there is nothing to read', () => {
  expect(openSeal(null, 'member-1@1', sealed)).toEqual(E.right(O.none));
});

test('another key, another place, any changed byte, a cut: the seal is broken', () => {
  const broken = E.left({ type: 'SealBroken' });
  expect(openSeal(randomBytes(32), 'member-1@1', sealed)).toEqual(broken);
  expect(openSeal(key, 'member-2@1', sealed)).toEqual(broken);
  expect(openSeal(key, 'member-1@1', sealed.subarray(0, 20))).toEqual(broken);
  expect(openSeal(key, 'member-1@1', new Uint8Array())).toEqual(broken);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === at ? byte ^ 1 : byte));
    expect(openSeal(key, 'member-1@1', changed)).toEqual(broken);
  }
});
