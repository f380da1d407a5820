import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { checkPackage } from '#adapters/apple/check/checkPackage.ts';
import { defaultCard } from '#adapters/apple/defaultCard.ts';
import { passOf } from '#adapters/apple/passPackage.ts';
import { readTemplate } from '#adapters/apple/template.ts';
import {
  cardOf,
  certificates,
  certificatesFor,
  changedArb,
  identity,
  NOW,
  packageOf,
  passArb,
  right,
  settings,
  TOKEN,
  zoe,
} from './support.ts';

const root = async () => new X509Certificate((await certificates()).root.certificate);
const problemsOf = async (pkpass: Uint8Array): Promise<readonly string[]> => {
  const checked = checkPackage(Buffer.from(pkpass), await root());
  return E.isLeft(checked) ? checked.left : [];
};

describe('a package', () => {
  test('of any pass is good to its last file, and signed when its card was changed', async () => {
    const make = await packageOf();
    await fc.assert(
      fc.asyncProperty(passArb, changedArb, async (pass, changed) => {
        const checked = checkPackage(await make(cardOf(pass, { changed }), TOKEN), await root());
        expect(checked).toMatchObject({
          _tag: 'Right',
          right: { signer: { signedAt: NOW, teamIdentifier: settings.teamIdentifier } },
        });
      }),
      { numRuns: 60 },
    );
  });

  test('has the same bytes for the same revision, whoever makes it and whenever', async () => {
    const [make, again] = [await packageOf(), await packageOf()];
    const pkpass = await make(cardOf(zoe), TOKEN);
    expect((await again(cardOf(structuredClone(zoe)), TOKEN)).equals(pkpass)).toBe(true);
    const many = await Promise.all(Array.from({ length: 8 }, () => make(cardOf(zoe), TOKEN)));
    for (const one of many) expect(one.equals(pkpass)).toBe(true);
  });

  test('has others for another revision, though it show the same, and for another template', async () => {
    const make = await packageOf();
    const pkpass = await make(cardOf(zoe), TOKEN);
    expect((await make(cardOf(zoe, { revision: 8 }), TOKEN)).equals(pkpass)).toBe(false);
    const template = right(readTemplate(JSON.stringify({ ...defaultCard, barcode: null })));
    expect((await (await packageOf({ template }))(cardOf(zoe), TOKEN)).equals(pkpass)).toBe(false);
  });

  test('is never signed before its certificate was made', async () => {
    const make = await packageOf();
    const checked = checkPackage(await make(cardOf(zoe, { modifiedAt: 0 }), TOKEN), await root());
    expect(checked).toMatchObject({ right: { signer: { signedAt: (await identity()).leaf.validFromDate.getTime() } } });
  });

  test('is signed with SHA-256 where the settings say so', async () => {
    const make = await packageOf({ settings: { ...settings, digest: 'sha256' } });
    expect(await problemsOf(await make(cardOf(zoe), TOKEN))).toEqual([]);
  });

  test('is refused for a card that holds no pass', async () => {
    const card = cardOf(zoe);
    const other = { ...card, event: { ...card.event, content: '{"data":{"data":{"pass":{"memberId":"Zoë"}}}}' } };
    expect(() => passOf(other)).toThrow('revision 7 of a card holds no pass');
    await expect((await packageOf())(other, TOKEN)).rejects.toThrow(/holds no pass$/);
  });
});

describe('a check finds', () => {
  const pkpass = async () => (await packageOf())(cardOf(zoe), TOKEN);
  const repacked = async (change: (files: Record<string, Uint8Array>) => void): Promise<Uint8Array> => {
    const files = unzipSync(await pkpass());
    change(files);
    return zipSync(files);
  };

  test('nothing wrong with a package packed anew, compressed', async () => {
    expect(await problemsOf(await repacked(() => undefined))).toEqual([]);
  });

  test('each file that is changed in one bit', async () => {
    for (const name of Object.keys(unzipSync(await pkpass()))) {
      const changed = await repacked((files) => {
        const content = Buffer.from(files[name]!);
        content[content.length >> 1]! ^= 1;
        files[name] = content;
      });
      expect([name, (await problemsOf(changed)).length]).not.toEqual([name, 0]);
    }
  });

  test('any byte that is changed', async () => {
    const good = await pkpass();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const changed = Buffer.from(good);
        changed[at]! ^= bits;
        // What a zip says of its maker, its disks and its comments is read by nobody.
        if (isRead(good, at)) expect(await problemsOf(changed)).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('files that are missing or were added', async () => {
    expect(await problemsOf(await repacked((files) => delete files['logo.png']))).toEqual([
      'manifest.json: lists logo.png, which is not there',
    ]);
    expect(
      await problemsOf(await repacked((files) => Object.assign(files, { 'strip.png': files['logo.png'] }))),
    ).toEqual(['manifest.json: strip.png is not listed']);
    expect(await problemsOf(await repacked((files) => delete files.signature))).toEqual([
      expect.stringMatching(/^expected pass.json, manifest.json and signature, found /),
    ]);
  });

  test('what is no zip, and one that is cut off', async () => {
    expect(await problemsOf(Buffer.from('PK'))).toEqual(['expected a zip file']);
    expect(await problemsOf((await pkpass()).subarray(0, -30))).not.toEqual([]);
    expect(await problemsOf(Buffer.alloc(0))).toEqual(['expected a zip file']);
  });

  test('a chain that ends elsewhere', async () => {
    const other = new X509Certificate((await certificatesFor()).root.certificate);
    expect(checkPackage(await pkpass(), other)).toEqual(
      E.left(['signature: its chain does not end at the root certificate given']),
    );
    expect(E.isRight(checkPackage(await pkpass(), null))).toBe(true);
  });

  test('a pass of another type or team than its certificate', async () => {
    const make = await packageOf({
      settings: { ...settings, passTypeIdentifier: 'pass.other', teamIdentifier: 'ZZZZZ99999' },
    });
    expect(await problemsOf(await make(cardOf(zoe), TOKEN))).toEqual([
      'pass.json: passTypeIdentifier is not the one its certificate is for (pass.com.example.card)',
      'pass.json: teamIdentifier is not the one of its certificate (ABCDE12345)',
    ]);
  });

  test('a signature made when its certificate was over', async () => {
    const make = await packageOf();
    expect(await problemsOf(await make(cardOf(zoe, { modifiedAt: Date.UTC(2028, 0, 1) }), TOKEN))).toEqual([
      'signature: made when Pass Type ID: pass.com.example.card was not valid',
    ]);
  });
});

/** Of the directory: signature, packing, name, place; and all before it. Of its end: signature, count, place. */
const isRead = (zip: Buffer, at: number): boolean => {
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (at >= end) return [0, 1, 2, 3, 10, 11, 16, 17, 18, 19].includes(at - end);
  let entry = zip.readUInt32LE(end + 16);
  if (at < entry) return true;
  while (at >= entry + 46 + zip.readUInt16LE(entry + 28)) entry += 46 + zip.readUInt16LE(entry + 28);
  const offset = at - entry;
  return offset < 4 || (offset >= 6 && offset < 34) || offset >= 42;
};
