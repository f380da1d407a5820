import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { compilePattern } from '#adapters/eventbridge/pattern.ts';
import { parsedJson } from '#adapters/parsedJson.ts';
import { deep, jsonTextArb } from '../mutations.ts';
import { relayEvents } from '../seeds.ts';
import type { Target } from '../target.ts';

type Tried = { readonly pattern: string; readonly event: string; readonly dialect: 'bus' | 'pipe' };

const patterns = [
  { source: ['billfold.wallet'], 'detail-type': [{ prefix: 'Wallet' }], detail: { metadata: { lane: ['live'] } } },
  {
    detail: {
      state: [{ 'anything-but': { wildcard: '*/lib/*' } }, { exists: false }],
      n: [{ numeric: ['>', 0, '<=', 5] }],
    },
  },
  { $or: [{ source: [{ wildcard: '*a*a*a*b' }] }, { 'source-ip': [{ cidr: '10.0.0.0/24' }] }] },
  { detail: { Name: { FirstName: [{ 'equals-ignore-case': 'zoë' }, null, 1e3, true] } } },
];

export const pattern: Target<Tried> = {
  name: 'pattern',
  about: 'event patterns that somebody types, against events that somebody sends',
  inputs: fc.record({
    pattern: jsonTextArb(patterns),
    event: jsonTextArb(relayEvents, 2),
    dialect: fc.constantFrom('bus', 'pipe'),
  }),
  found: {
    'a pattern nested deeper than a stack': {
      pattern: deep('{"a":', '}').replace('}', '1}'),
      event: '{}',
      dialect: 'bus',
    },
    'an event nested deeper than a stack': { pattern: '{"a":[1]}', event: `{"a":${deep('[', ']')}}`, dialect: 'bus' },
    'a sign that cannot be made into text': {
      ...{ pattern: '{"n":[{"numeric":[{"toString":1},0,"<",5]}]}', event: '{}', dialect: 'pipe' },
    },
  },
  open: async () => ({
    play: ({ pattern, event, dialect }) => {
      const compiled = compilePattern(pattern, dialect);
      if (E.isLeft(compiled)) return { type: 'refused' };
      const read = parsedJson(event);
      if (read === null) return { type: 'refused' };
      compiled.right(read);
      return { type: 'value' };
    },
  }),
  show: (tried) => JSON.stringify(tried).slice(0, 3_000),
};
