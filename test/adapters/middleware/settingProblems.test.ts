import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { settingProblems } from '#adapters/middleware/settingProblems.ts';
import { closed } from '#adapters/settingCodecs.ts';

const Choice = t.union([t.literal('none'), closed({ id: t.number }, 'an id')], '"none" or { "id": … }');
const Settings = closed({ auth: Choice, list: t.array(t.union([t.string, t.null], 'a text or null')) }, 'settings');

const said = (json: unknown): readonly string[] => {
  const decoded = Settings.decode(json);
  return E.isLeft(decoded) ? settingProblems(decoded.left).map(({ path, what }) => `${path.join('/')} ${what}`) : [];
};

describe('what is said of a choice', () => {
  test.each<readonly [unknown, readonly string[]]>([
    ['none', []],
    [{ id: 1 }, []],
    ['some', ['auth expected "none" or { "id": … }']],
    [{ id: 'x' }, ['auth/id expected number']],
    [{ ids: 1 }, ['auth/ids no such key: did you mean "id"?', 'auth/id is missing: expected number']],
  ])('%j: of its inside, where there is something, else that it is none of them', (auth, lines) => {
    expect(said({ auth, list: ['a', null] })).toEqual(lines);
  });

  test('in a list names the place in the list', () => {
    expect(said({ auth: 'none', list: ['a', 1, null, 2] })).toEqual([
      'list/1 expected a text or null',
      'list/3 expected a text or null',
    ]);
  });
});
