import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impersonal, readDeviceLog } from '#adapters/apple/deviceLog.ts';
import { whoFetched } from '#adapters/apple/whoFetched.ts';
import type { Registration } from '#adapters/delivery/registrations.ts';
import { boundedRate } from '#adapters/http/boundedRate.ts';
import { standingClock, tokenOf } from './serving.ts';

describe('the rate of a name', () => {
  it('ends, says when to come again, and comes back', () => {
    const clock = standingClock();
    const rate = boundedRate({ perSecond: 0.5, burst: 2 }, 10, clock);
    expect([rate('a'), rate('a'), rate('a'), rate('b')]).toEqual([null, null, 2, null]);
    clock.advance(2_000);
    expect([rate('a'), rate('a')]).toEqual([null, 2]);
  });

  it('is remembered for so many names and no more, the longest silent forgotten first', () => {
    const rate = boundedRate({ perSecond: 1, burst: 1 }, 100, standingClock());
    const names = Array.from({ length: 100 }, (_, at) => `name ${at}`);
    for (const name of names) expect(rate(name)).toBeNull();
    expect(rate('name 0')).toBe(1);
    expect(rate('one more')).toBeNull();
    // name 1 had to go; name 0 spoke since.
    expect([rate('name 0'), rate('name 1')]).toEqual([1, null]);
  });
});

describe('a line of a device', () => {
  it.each([
    ['[2026-11-22 10:00:00 +0100] Web service error', '[2026-11-22 10:00:00 +0100] Web service error'],
    [
      'Get serial #s task (for device ab12, pass type pass.example.card)',
      /^Get serial #s task \(for device #\S{6}, pass type pass\.example\.card\)$/,
    ],
    [
      'Server requested update to serial number 003A00000000001AAA, but the pass was unchanged.',
      /^Server requested update to serial number #\S{6}, but the pass was unchanged\.$/,
    ],
    ['token=abcdef rest', /^token=#\S{6} rest$/],
    ['see https://me:secret@example.com/x?y=z and anna@example.com', 'see <address> and <address>'],
    ['Grüße\n\u0000\u001b[31m', 'Gr?e?[31m'],
  ])('keeps its words and no name: %j', (line, expected) => {
    expect(impersonal(line)).toMatch(
      typeof expected === 'string' ? new RegExp(`^${expected.replace(/[[\]+?.*()$^|]/g, '\\$&')}$`) : expected,
    );
  });

  it('names the same the same, and nothing of it', () => {
    const id = '0123456789abcdef0123456789abcdef';
    expect(impersonal(`device ${id}`)).toBe(impersonal(`device ${id}`));
    expect(impersonal(`${id} ${id.slice(0, 12)} ${'letters'.repeat(4)}`)).not.toMatch(/0123|letters/);
  });

  it('holds nothing of a token of ours, wherever it stands and however long the line is', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ';
    const places = fc.tuple(fc.constantFrom('ApplePass ', 'a token: ', '"', '(', '='), fc.nat(1_400), fc.boolean());
    fc.assert(
      fc.property(fc.oneof(fc.constant(letters), fc.string({ minLength: 1 }).map(tokenOf)), places, (token, place) => {
        const [before, length, isAddress] = place;
        const filled = isAddress ? `https://${'x'.repeat(length)} ` : 'word '.repeat(length / 5);
        const line = impersonal(`${filled}${before}${token}" and more`);
        for (let at = 0; at + 8 <= token.length; at++) expect(line).not.toContain(token.slice(at, at + 8));
      }),
      { examples: [[letters, ['"', 1_180, true]]] },
    );
  });

  it('has hashes that nobody can make of a list of members', () => {
    const hash = createHash('sha256').update('M-100148').digest('base64url');
    expect(impersonal('M-100148')).toMatch(/^#\S{6}$/);
    expect(impersonal('M-100148')).not.toBe(`#${hash.slice(0, 6)}`);
  });

  it('is one of a few, and short', () => {
    const read = readDeviceLog({ logs: Array(1_000).fill('again and '.repeat(1_000)) });
    expect(read).toMatchObject({ more: 980 });
    expect(JSON.stringify(read).length).toBeLessThan(7_000);
    expect(readDeviceLog({ logs: [1] })).toBeNull();
  });
});

describe('a fetch', () => {
  const registration = (
    deviceId: string,
    listed: number | null,
    at = 0,
    fetched: number | null = null,
  ): Registration => ({
    ...{ deviceId, memberId: 'm', pushToken: 'ab', registeredAt: 0 },
    listed: listed === null ? null : { revision: listed, at },
    fetched: fetched === null ? null : { revision: fetched, at },
  });

  it.each<[string, readonly Registration[], string | null]>([
    ['of a pass on no device is nobody’s', [], null],
    ['is not of a device that was told nothing, also where there is no other', [registration('a', null)], null],
    ['is not of a device that was told of an older revision', [registration('a', 4)], null],
    ['is of the one that was told', [registration('a', null), registration('b', 5)], 'b'],
    ['is of whoever was told longest ago', [registration('a', 5, 2), registration('b', 5, 1)], 'b'],
    ['is not of who has it', [registration('a', 5, 1, 5), registration('b', 5, 2, 4)], 'b'],
    ['is of one that was told of more', [registration('a', 6, 1, 4)], 'a'],
    ['is nobody’s where all have it', [registration('a', 5, 1, 5)], null],
  ])('%s', (_name, registrations, deviceId) => {
    expect(whoFetched(registrations, 5)?.deviceId ?? null).toBe(deviceId);
  });
});
