import { execFile } from 'node:child_process';
import { cp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withProjection } from '#adapters/cli/registryEdit.ts';
import { billfold, type Ended } from '#test/flow/process.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let checkout = '';
beforeAll(async () => {
  checkout = await freshFolder();
  for (const part of [
    'domain',
    'adapters',
    'infra',
    'test',
    'package.json',
    'tsconfig.json',
    'biome.json',
    '.gitignore',
  ])
    await cp(join(root, part), join(checkout, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
});
afterAll(() => removeFolder(checkout));

const scaffold = (name: string, ...more: readonly string[]): Promise<Ended> =>
  billfold(['new', 'projection', name, '--dir', checkout, ...more]);
const textOf = (file: string): Promise<string> => readFile(join(checkout, file), 'utf8');
const REGISTRY = 'domain/projection/registry.ts';

/** A tool of the project, in the copy, as if nothing of this run were around it. */
const tool = (script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NO_COLOR: '1', ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(checkout, 'node_modules', script), ...args],
      { cwd: checkout, env },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, stdout, stderr }),
    );
  });
};
/** As `npm run types`, of what a projection stands among. */
const compiled = async (): Promise<Ended> => {
  const project = { extends: './tsconfig.json', include: ['domain', 'test/domain/projection'] };
  await writeFile(join(checkout, 'tsconfig.projection.json'), JSON.stringify(project));
  return tool('typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.projection.json']);
};
const unitTests = (which: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> =>
  tool('vitest/vitest.mjs', ['run', '--config', 'test/vitest.config.ts', '--project', 'unit', ...which], environment);

describe('new projection', () => {
  test('writes what compiles, is formatted, and passes its own tests, all laws and the registry’s at once', {
    timeout: 120_000,
  }, async () => {
    const { code, stdout, stderr } = await scaffold('trial');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^wrote {4}domain\/projection\/trial\.ts\nwrote {4}test\/domain\/projection\/trial\.test\.ts\nchanged {2}domain\/projection\/registry\.ts/,
    );
    const registry = await textOf(REGISTRY);
    expect(registry).toContain("import { trial } from './trial.ts';\n");
    expect(registry).toMatch(/^export const projections = \{[^}]*\btrial\b/m);

    // Names as short and as long as they can be.
    const names = ['trial', 't', 'trialOfTheLongestNameYet'];
    for (const name of names.slice(1)) expect(await scaffold(name)).toMatchObject({ code: 0 });
    expect(await compiled()).toMatchObject({ code: 0, stdout: '' });
    const files = names.flatMap((name) => [`domain/projection/${name}.ts`, `test/domain/projection/${name}.test.ts`]);
    const linted = await tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', REGISTRY, ...files]);
    expect(linted.code, linted.stdout + linted.stderr).toBe(0);
    const laws = 'test/domain/projection/projections.law.test.ts';
    const tested = await unitTests(['test/domain/projection/', '--exclude', laws]);
    expect(tested.code, tested.stdout + tested.stderr).toBe(0);
    expect(tested.stdout).toContain('trial.test.ts');
    const held = await unitTests([laws, '--testNamePattern', `\\b(${names.join('|')})@1 `]);
    expect(held.code, held.stdout + held.stderr).toBe(0);
    expect(held.stdout).toMatch(/Tests {2}[1-9]\d passed/);
  });

  test('leaves the golden fold to whoever releases it: added on demand, asked for where CI is set', {
    timeout: 120_000,
  }, async () => {
    const golden = 'test/domain/projection/golden.test.ts';
    const missing = await unitTests([golden], { CI: 'true' });
    expect(missing.code).toBe(1);
    expect(missing.stdout + missing.stderr).toContain('BILLFOLD_ADD_GOLDEN=1 adds trial@1.json');
    expect(await unitTests([golden], { BILLFOLD_ADD_GOLDEN: '1' })).toMatchObject({ code: 0 });
    expect(await unitTests([golden], { CI: 'true' })).toMatchObject({ code: 0 });
    const source = await textOf('domain/projection/trial.ts');
    await writeFile(join(checkout, 'domain/projection/trial.ts'), source.replace('day.slice(0, 4)', 'day.slice(0, 7)'));
    const changed = await unitTests([golden]);
    expect(changed.code).toBe(1);
    expect(changed.stdout + changed.stderr).toContain('Raise "version" of trial to 2');
    await writeFile(join(checkout, 'domain/projection/trial.ts'), source);
  });

  test('a second time changes nothing', async () => {
    await scaffold('lastTrial');
    const before = [await textOf(REGISTRY), await textOf('domain/projection/lastTrial.ts')];
    const { code, stderr } = await scaffold('lasttrial');
    expect(code).toBe(1);
    expect(stderr).toBe('lasttrial: domain/projection/lastTrial.ts is there already, and is left as it is.\n');
    expect([await textOf(REGISTRY), await textOf('domain/projection/lastTrial.ts')]).toEqual(before);
  });

  test('prints what it wrote as JSON', async () => {
    const { code, stdout } = await scaffold('trialAsJson', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      name: 'trialAsJson',
      written: ['domain/projection/trialAsJson.ts', 'test/domain/projection/trialAsJson.test.ts'],
      changed: REGISTRY,
    });
  });
});

describe('new projection refuses, and writes nothing:', () => {
  const everything = () => readdir(join(checkout, 'domain/projection'));

  test.each([
    ['LastVisit', /expected a name in camelCase/],
    ['last-visit', /expected a name in camelCase/],
    ['2fast', /expected a name in camelCase/],
    ['../evil', /expected a name in camelCase/],
    ['visitsOfTheLastTwelveMonths', /at most 24 letters/],
    ['', /expected a name in camelCase/],
    ['delete', /is a word of the language/],
    ['candidates', /is the name of something else/],
    ['counted', /is the name of something else/],
    ['describe', /is the name of something else/],
    ['ada', /is the name of something else/],
    ['tier', /is the name of something else|is there already/],
    ['release', /domain\/projection\/release\.ts is there already/],
  ])('%j', async (name, says) => {
    const before = await everything();
    const { code, stdout, stderr } = await scaffold(name);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(await everything()).toEqual(before);
  });

  test('a folder that is no checkout', async () => {
    const folder = await freshFolder();
    const { code, stderr } = await billfold(['new', 'projection', 'trial', '--dir', folder]);
    expect(code).toBe(1);
    expect(stderr).toContain('is no checkout of billfold: it has no domain/projection/registry.ts');
    expect(await readdir(folder)).toEqual([]);
    await removeFolder(folder);
  });

  test('a registry that looks otherwise', async () => {
    const registry = await textOf(REGISTRY);
    const before = await everything();
    await writeFile(join(checkout, REGISTRY), registry.replace('projections = {', 'projections = { ...others,'));
    const { code, stderr } = await scaffold('elsewhere');
    await writeFile(join(checkout, REGISTRY), registry);
    expect(code).toBe(1);
    expect(stderr).toContain('domain/projection/registry.ts does not look as expected, so nothing was written');
    expect(await everything()).toEqual(before);
  });
});

describe('the registry with a further projection', () => {
  const before = `import { holder } from './holder.ts';
import type { Lineup } from './lineup.ts';
import { tier } from './tier.ts';

export const projections = { holder, tier };
export const registry: Registry = { main: projections };
`;

  test('imports it in its place and lists it last', () => {
    expect(withProjection(before, 'points')).toBe(
      before
        .replace('import { tier', "import { points } from './points.ts';\nimport { tier")
        .replace('holder, tier }', 'holder, tier, points }'),
    );
    expect(withProjection(before, 'visits')).toContain("'./tier.ts';\nimport { visits } from './visits.ts';\n\n");
    expect(withProjection(before, 'age')).toMatch(/^import \{ age \}/);
  });

  test('lists one a line where a line is too short, and goes on from there', () => {
    const names = Array.from({ length: 9 }, (_, index) => `projectionNumber${index}`);
    const many = names.reduce<string | null>((text, name) => text && withProjection(text, name), before);
    expect(many).toContain('export const projections = {\n  holder,\n  tier,\n  projectionNumber0,\n');
    expect(many).toContain('  projectionNumber8,\n};\nexport const registry');
  });

  test.each([
    ['no list', before.replace('projections =', 'others =')],
    ['an entry that is more than a name', before.replace('holder, tier }', 'holder, tier: tierBy(rules) }')],
    ['an entry from elsewhere', before.replace("'./tier.ts'", "'../tier.ts'")],
    ['an empty list', before.replace('{ holder, tier }', '{}')],
  ])('is not made up for %s', (_, text) => {
    expect(withProjection(text, 'points')).toBeNull();
  });
});
