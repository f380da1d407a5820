import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { daysLeft, readIdentity } from '#adapters/apple/identity.ts';
import { certificates, certificatesFor, NOW, settings } from './support.ts';

const DAY_MS = 86_400_000;
const problemsOf = (pem: string, said: Partial<typeof settings> = {}, now = NOW): readonly string[] => {
  const read = readIdentity(pem, { ...settings, ...said }, now);
  return E.isLeft(read) ? read.left : [];
};

describe('an identity', () => {
  test('is read from its three parts in any order, and says how long it lasts', async () => {
    const { pass, intermediate } = await certificates();
    for (const parts of [
      [pass.certificate, pass.key, intermediate.certificate],
      [intermediate.certificate, pass.key, pass.certificate],
    ]) {
      const read = readIdentity(parts.join('\n'), settings, NOW);
      expect(read).toMatchObject({ _tag: 'Right', right: { daysLeft: 365, notAfter: NOW + 365 * DAY_MS } });
    }
    expect(daysLeft({ notAfter: NOW + DAY_MS - 1 }, NOW)).toBe(0);
    expect(daysLeft({ notAfter: NOW }, NOW + 1)).toBe(-1);
  });

  test('of another pass type or another team is refused', async () => {
    const { identity } = await certificates();
    expect(problemsOf(identity, { passTypeIdentifier: 'pass.com.example.other' })).toEqual([
      'passTypeIdentifier is pass.com.example.other, but the pass certificate is for pass.com.example.card',
    ]);
    expect(problemsOf(identity, { teamIdentifier: 'ZZZZZ99999' })).toEqual([
      'teamIdentifier is ZZZZZ99999, but the pass certificate is of team ABCDE12345',
    ]);
  });

  test('that is over, or not yet valid, is refused', async () => {
    const { identity } = await certificates();
    expect(problemsOf(identity, {}, NOW + 365 * DAY_MS)).toEqual([
      'the pass certificate ended at 2027-11-21T12:00:00.000Z: it has to be renewed',
    ]);
    expect(problemsOf(identity, {}, NOW - 2 * DAY_MS)).toEqual([
      'the pass certificate is not valid before 2026-11-20T12:00:00.000Z',
      'the intermediate certificate is not valid before 2026-11-20T12:00:00.000Z',
    ]);
  });

  test('whose intermediate did not issue it is refused: by name, by key, by generation', async () => {
    const [own, other, refused] = await Promise.all([
      certificates(),
      certificatesFor({ generation: 'G3' }),
      certificatesFor({ generation: 'G6' }),
    ]);
    const again = await certificatesFor();
    const withIntermediate = ({ intermediate }: typeof own) =>
      `${own.pass.certificate}${own.pass.key}${intermediate.certificate}`;
    expect(problemsOf(withIntermediate(other))).toEqual([
      expect.stringMatching(/^the intermediate certificate did not issue .* OU=G4, .* found .* OU=G3,/),
    ]);
    expect(problemsOf(withIntermediate(again))).toEqual([
      expect.stringMatching(/has the name of the issuer, but another key/),
    ]);
    expect(problemsOf(refused.identity)).toEqual(['Wallet refuses passes over the intermediate G6: expected G4']);
  });

  test('whose key is of another certificate is refused', async () => {
    const { pass, loopback, intermediate } = await certificates();
    expect(problemsOf([pass.certificate, loopback.key, intermediate.certificate].join('\n'))).toEqual([
      'the private key belongs to another certificate than the pass certificate',
    ]);
  });

  test.each([
    ['nothing', () => '', /expected the pass certificate, once, in PEM: found none/],
    [
      'no key',
      (text: string) => text.replace(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/, ''),
      /expected the private key .* found none/,
    ],
    [
      'two keys',
      (text: string) => text + (text.match(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/)?.[0] ?? ''),
      /expected the private key .* found 2/,
    ],
    ['a damaged certificate', (text: string) => text.replace(/MII/, 'XII'), /a CERTIFICATE block cannot be read/],
  ])('with %s is refused, without telling the text', async (_, change, expected) => {
    const { identity } = await certificates();
    const problems = problemsOf(change(identity));
    expect(problems).toContainEqual(expect.stringMatching(expected));
    expect(problems.join('\n')).not.toMatch(/BEGIN|MII/);
  });
});
