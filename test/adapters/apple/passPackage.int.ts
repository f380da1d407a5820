import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { PKPass } from 'passkit-generator';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { checkPackage } from '#adapters/apple/check/checkPackage.ts';
import type { Pass } from '#domain/index.ts';
import { billfold } from '#test/flow/process.ts';
import { has } from '#test/support/programs.ts';
import {
  cardOf,
  certificates,
  certificatesFor,
  changedArb,
  packageOf,
  passArb,
  settings,
  TOKEN,
  zoe,
} from './support.ts';

const execute = promisify(execFile);

const freshFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'billfold-pass-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Manifest and signature as files, and the root. */
const unpackedIn = async (folder: string, pkpass: Buffer): Promise<void> => {
  const files = unzipSync(pkpass);
  await Promise.all([
    writeFile(join(folder, 'manifest.json'), files['manifest.json']!),
    writeFile(join(folder, 'signature'), files.signature!),
    writeFile(join(folder, 'root.pem'), (await certificates()).root.certificate),
  ]);
};

/** OpenSSL 3: -purpose any, as a pass certificate is not for mail. */
const openssl = (folder: string, verify: readonly string[], root = 'root.pem') => {
  const files = ['-inform', 'DER', '-in', 'signature', '-content', 'manifest.json', '-CAfile', root];
  return execute('openssl', [...verify, ...files, '-purpose', 'any', '-out', '/dev/null'], { cwd: folder });
};
const SMIME = ['smime', '-verify'];
const CMS = ['cms', '-verify', '-binary'];

const sampled = (count: number): readonly { readonly pass: Pass; readonly changed: readonly string[] }[] =>
  fc.sample(fc.record({ pass: passArb, changed: changedArb }), count);

describe.skipIf(!has('openssl'))('openssl', () => {
  test.each(['sha1', 'sha256'] as const)('verifies the signature of any pass, with %s', async (digest) => {
    const make = await packageOf({ settings: { ...settings, digest } });
    for (const { pass, changed } of [{ pass: zoe, changed: [] }, ...sampled(4)]) {
      const folder = await freshFolder();
      await unpackedIn(folder, await make(cardOf(pass, { changed }), TOKEN));
      await expect(openssl(folder, SMIME)).resolves.toMatchObject({
        stderr: expect.stringMatching(/^Verification successful/),
      });
      await expect(openssl(folder, CMS)).resolves.toMatchObject({
        stderr: expect.stringMatching(/^CMS Verification successful/),
      });
    }
  });

  test('refuses another manifest, another signature, another root', async () => {
    const pkpass = await (await packageOf())(cardOf(zoe), TOKEN);
    const files = unzipSync(pkpass);
    const changes: readonly [string, Buffer][] = [
      ['manifest.json', flipped(files['manifest.json']!, 40)],
      ['signature', flipped(files.signature!, files.signature!.length - 5)],
      ['root.pem', Buffer.from((await certificatesFor()).root.certificate)],
    ];
    for (const [name, content] of changes) {
      const folder = await freshFolder();
      await unpackedIn(folder, pkpass);
      await writeFile(join(folder, name), content);
      await expect(openssl(folder, CMS)).rejects.toThrow(/Verification failure/);
    }
  });

  test('says of each signature what the check says of its package', async () => {
    const make = await packageOf();
    const isOver = Date.UTC(2028, 0, 1);
    const pkpass = await make(cardOf(zoe, { modifiedAt: isOver }), TOKEN);
    expect(checkPackage(pkpass, null)).toMatchObject({ _tag: 'Left' });
    const folder = await freshFolder();
    await unpackedIn(folder, pkpass);
    await expect(openssl(folder, [...CMS, '-attime', String(isOver / 1000)])).rejects.toThrow(
      /certificate has expired/,
    );
  });
});

const flipped = (content: Uint8Array, at: number): Buffer => {
  const copy = Buffer.from(content);
  copy[at]! ^= 1;
  return copy;
};

describe('passkit-generator', () => {
  const warnings = () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    return warn;
  };

  test('makes the same files and the same manifest of a pass, and has nothing to remark', async () => {
    const warn = warnings();
    const make = await packageOf();
    for (const { pass, changed } of [{ pass: zoe, changed: ['tier'] }, ...sampled(12)]) {
      const files = unzipSync(await make(cardOf(pass, { changed }), TOKEN));
      const theirs = (await theirPass(files)).getAsRaw();
      expect(JSON.parse(String(theirs['pass.json']))).toEqual(JSON.parse(Buffer.from(files['pass.json']!).toString()));
      expect(JSON.parse(String(theirs['manifest.json']))).toEqual(
        JSON.parse(Buffer.from(files['manifest.json']!).toString()),
      );
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test('makes packages that the check finds good', async () => {
    const files = unzipSync(await (await packageOf())(cardOf(zoe), TOKEN));
    // Its signature says when it was made.
    const { identity: _, ...now } = await certificatesFor({ now: Date.now() });
    const pkpass = await theirPass(files, now);
    expect(checkPackage(pkpass.getAsBuffer(), null)).toMatchObject({ _tag: 'Right' });
  });

  test('finds fault with what the check finds fault with', async () => {
    const warn = warnings();
    const files = unzipSync(await (await packageOf())(cardOf(zoe), TOKEN));
    const json = JSON.parse(Buffer.from(files['pass.json']!).toString());
    json.storeCard.backFields.push({ key: 'tier', value: 'twice' });
    (await theirPass({ ...files, 'pass.json': Buffer.from(JSON.stringify(json)) })).getAsRaw();
    expect(warn).toHaveBeenCalled();
  });
});

type Files = Readonly<Record<string, Uint8Array>>;
const theirPass = async (
  files: Files,
  chain?: Pick<Awaited<ReturnType<typeof certificatesFor>>, 'pass' | 'intermediate'>,
) => {
  const { pass, intermediate } = chain ?? (await certificates());
  const own = Object.entries(files).filter(([name]) => name !== 'manifest.json' && name !== 'signature');
  // It reads a pass.strings with care for no escapes, and writes what it read; so the order of its files is all that can differ.
  return new PKPass(Object.fromEntries(own.map(([name, content]) => [name, Buffer.from(content)])), {
    wwdr: intermediate.certificate,
    signerCert: pass.certificate,
    signerKey: pass.key,
  });
};

describe.skipIf(!has('unzip'))('a package on disk', () => {
  test('is a zip without faults to unzip, and good to billfold pass check', async () => {
    const folder = await freshFolder();
    const [file, root] = [join(folder, 'zoe.pkpass'), join(folder, 'root.pem')];
    await writeFile(file, await (await packageOf())(cardOf(zoe), TOKEN));
    await writeFile(root, (await certificates()).root.certificate);
    await expect(execute('unzip', ['-t', file])).resolves.toMatchObject({
      stdout: expect.stringMatching(/No errors detected/),
    });
    const { code, stdout } = await billfold(['pass', 'check', file, '--root', root]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^good {2}pass.com.example.card of team ABCDE12345, 11 files/),
    });
    const report = await billfold(['pass', 'check', file, '--json']);
    expect({ code: report.code, report: JSON.parse(report.stdout) }).toMatchObject({
      code: 0,
      report: { isGood: true, problems: [] },
    });
  });

  test('that is damaged is told of, and the command fails', async () => {
    const folder = await freshFolder();
    const file = join(folder, 'bad.pkpass');
    await writeFile(file, flipped(await (await packageOf())(cardOf(zoe), TOKEN), 400));
    const { code, stdout, stderr } = await billfold(['pass', 'check', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/bad.pkpass: 1 problem\n {2}\S+: (damaged|described in two ways)/);
    expect((await billfold(['pass', 'check', join(folder, 'none.pkpass')])).code).toBe(1);
  });

  test('has the same bytes out of another process', async () => {
    const folder = await freshFolder();
    const { identity } = await certificates();
    await writeFile(join(folder, 'identity.pem'), identity);
    await writeFile(join(folder, 'card.json'), JSON.stringify(cardOf(zoe)));
    const module = (path: string): string => JSON.stringify(pathToFileURL(join(process.cwd(), path)).href);
    const script = `
      import { readFile } from 'node:fs/promises';
      import { createHash } from 'node:crypto';
      import { loadDesign } from ${module('adapters/apple/design.ts')};
      import { readIdentity } from ${module('adapters/apple/identity.ts')};
      import { passPackage } from ${module('adapters/apple/passPackage.ts')};
      const settings = ${JSON.stringify(settings)};
      const identity = readIdentity(await readFile('identity.pem', 'utf8'), settings, Date.UTC(2027, 0, 1)).right;
      const make = passPackage({ settings, identity, ...(await loadDesign(null, settings)).right });
      const pkpass = await make(JSON.parse(await readFile('card.json', 'utf8')), ${JSON.stringify(TOKEN)});
      console.log(createHash('sha256').update(pkpass).digest('hex'));`;
    const env = { ...process.env, TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8' };
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
    const here = await (await packageOf())(cardOf(zoe), TOKEN);
    expect(stdout.trim()).toBe(createHash('sha256').update(here).digest('hex'));
  });
});
