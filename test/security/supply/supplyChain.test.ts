import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as t from 'io-ts';
import { describe, expect, test } from 'vitest';
import { judgeAdvisories, judgeSignatures } from './judge.ts';

const root = new URL('../../../', import.meta.url);
const jsonIn = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));

const Versions = t.record(t.string, t.string);
const Manifest = t.partial({
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  allowScripts: t.record(t.string, t.boolean),
});
const Locked = t.partial({
  version: t.string,
  integrity: t.string,
  resolved: t.string,
  link: t.boolean,
  inBundle: t.boolean,
  hasInstallScript: t.boolean,
  license: t.string,
  dev: t.boolean,
});
const Lock = t.type({ lockfileVersion: t.number, packages: t.record(t.string, Locked) });
const as = <A>(codec: t.Type<A>, value: unknown): A => {
  if (!codec.is(value)) throw new Error(`expected ${codec.name}`);
  return value;
};

/** The service, and what the benchmarks install beside it. */
const PACKAGES = ['', 'test/bench/peers/'];
const packagesIn = (folder: string) =>
  Object.entries(as(Lock, jsonIn(`${folder}package-lock.json`)).packages).filter(([path]) => path !== '');
const nameAt = (path: string): string => path.split('node_modules/').at(-1) ?? '';

describe.each(PACKAGES)('what is installed from %spackage-lock.json', (folder) => {
  const manifest = as(Manifest, jsonIn(`${folder}package.json`));
  const packages = packagesIn(folder);

  test('is held to a hash of SHA-512, each package of it; what is in a bundle, by that of the bundle', () => {
    expect(packages.length).toBeGreaterThan(100);
    const bare = packages.filter(
      ([, { inBundle, integrity = '' }]) => inBundle !== true && !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('comes from a registry: no address, no folder, no repository', () => {
    expect(packages.filter(([, { resolved, link }]) => resolved !== undefined || link === true)).toEqual([]);
  });

  test('is asked for by exact versions, and locked at these', () => {
    const asked = Object.entries({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    });
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
    const locked = new Map(packages.map(([path, { version }]) => [path, version]));
    expect(asked.filter(([name, version]) => locked.get(`node_modules/${name}`) !== version)).toEqual([]);
  });
});

describe('scripts of packages', () => {
  test('run for none: whichever has one is told not to, and npm refuses a new one that nobody decided on', () => {
    const scripted = packagesIn('').flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript === true ? [nameAt(path)] : [],
    );
    expect(as(Manifest, jsonIn('package.json')).allowScripts).toEqual(
      Object.fromEntries(scripted.map((name) => [name, false])),
    );
    expect(readFileSync(new URL('.npmrc', root), 'utf8')).toMatch(/^strict-allow-scripts=true$/m);
    expect(readFileSync(new URL('infra/Dockerfile', root), 'utf8')).toMatch(/npm ci .*--ignore-scripts/);
  });

  test('that did not run are missed by nothing: the one package that has one works as it was unpacked', () => {
    const binary = new URL('node_modules/@esbuild/linux-x64/bin/esbuild', root);
    if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(binary)) return;
    // Its script would put the program itself in place of this file, which finds and calls it.
    expect(readFileSync(new URL('node_modules/esbuild/bin/esbuild', root)).subarray(0, 2).toString()).toBe('#!');
  });
});

describe('the bill of materials', () => {
  const Bom = t.type({
    bomFormat: t.literal('CycloneDX'),
    components: t.array(
      t.intersection([
        t.type({ name: t.string, version: t.string, purl: t.string }),
        t.partial({ hashes: t.array(t.type({ alg: t.string, content: t.string })) }),
      ]),
    ),
  });

  test('names every package of the lock file, at its version and with its hash and licence, and nothing else', () => {
    const [, ...words] = (jsonIn('package.json') as { scripts: { sbom: string } }).scripts.sbom.split(' ');
    const { components } = as(
      Bom,
      JSON.parse(
        execFileSync('npm', words, { cwd: fileURLToPath(root), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
      ),
    );
    const locked = packagesIn('');
    const names = (all: readonly string[]) => [...new Set(all)].sort();
    expect(names(components.map(({ name, version }) => `${name}@${version}`))).toEqual(
      names(locked.map(([path, { version }]) => `${nameAt(path)}@${version}`)),
    );
    // What is also in a bundle is told as that, which has no hash of its own.
    const bundled = new Set(
      locked.flatMap(([path, { version, inBundle }]) => (inBundle ? [`${nameAt(path)}@${version}`] : [])),
    );
    const hashes = new Map(
      locked.flatMap(([path, { version, integrity }]) =>
        integrity === undefined
          ? []
          : [[`${nameAt(path)}@${version}`, Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')]],
      ),
    );
    const differing = components.filter(({ name, version, hashes: told = [] }) => {
      const wanted = hashes.get(`${name}@${version}`);
      return (
        wanted !== undefined &&
        !bundled.has(`${name}@${version}`) &&
        !told.some(({ alg, content }) => alg === 'SHA-512' && content === wanted)
      );
    });
    expect(differing.map(({ name }) => name)).toEqual([]);
    expect(locked.filter(([, { license }]) => license === undefined)).toEqual([]);
  });
});

describe('what a registry tells of the dependencies', () => {
  const advisories = (high: number, critical: number) =>
    JSON.stringify({
      auditReportVersion: 2,
      vulnerabilities: { ...(high > 0 && { leftish: { severity: 'high' } }), minor: { severity: 'low' } },
      metadata: { vulnerabilities: { info: 0, low: 1, moderate: 2, high, critical, total: 3 } },
    });

  test.each([
    ['nothing that is high', advisories(0, 0), { type: 'sound' }],
    ['something high', advisories(1, 0), { type: 'found', what: 'leftish (high)' }],
    ['something critical', advisories(0, 1), { type: 'found' }],
    [
      'that the method is not allowed',
      '{"message":"405 Method Not Allowed","statusCode":405}',
      { type: 'unanswered', why: 'status 405' },
    ],
    ['no address', '{"error":{"code":"ENOTFOUND","summary":"","detail":""}}', { type: 'unanswered', why: 'ENOTFOUND' }],
    ['nothing in time', '', { type: 'unanswered', why: 'nothing that can be read' }],
  ])('%s', (_, answer, verdict) => {
    expect(judgeAdvisories(answer)).toMatchObject(verdict);
  });

  test.each([
    ['that all are signed', '{"invalid":[],"missing":[]}', { type: 'sound' }],
    [
      'that one is not as it was signed',
      '{"invalid":[{"name":"leftish"}],"missing":[]}',
      { type: 'found', what: 'leftish' },
    ],
    ['no keys', '{"error":{"code":"ENOTFOUND"}}', { type: 'unanswered' }],
  ])('%s', (_, answer, verdict) => {
    expect(judgeSignatures(answer)).toMatchObject(verdict);
  });
});
