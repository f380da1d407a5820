import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const LAYERS = ['domain', 'adapters', 'infra', 'test'];
/** Made by tools or by running, and never part of the tree. */
const GENERATED = new Set(['node_modules', 'coverage', 'cdk.out', 'dist']);

/** Paths from the root, of every file whose name ends so. */
const filesIn = (folder: string, ending: string): readonly string[] =>
  entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return GENERATED.has(entry.name) || entry.name.startsWith('.') ? [] : filesIn(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
const entriesOf = (folder: string) => {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
};
const sources = LAYERS.flatMap((layer) => ['.ts', '.tsx'].flatMap((ending) => filesIn(layer, ending)));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g;

/** What a file imports: a path from the root for one of ours, else the module's name. */
const importsOf = (file: string, source = text(file)): readonly string[] =>
  [...source.matchAll(IMPORT)].map((found) => {
    const name = found[1] ?? found[2] ?? found[3] ?? '';
    if (name.startsWith('#')) return normalize(name.slice(1));
    return name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
  });

/** Code without its comments and texts: what is done there, not what is said. */
const codeOf = (file: string): string =>
  text(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

type Import = { readonly file: string; readonly imported: string };
const importsIn = (layer: string): readonly Import[] =>
  filesIn(layer, '.ts').flatMap((file) => importsOf(file).map((imported) => ({ file, imported })));

const filesThatMatch = (pattern: RegExp, read: (file: string) => string): readonly string[] =>
  sources.filter((file) => pattern.test(read(file)));

const DOMAIN_MODULES = new Set([
  // Task: for a workflow that cannot fail, because each item reports its own failure.
  ...['function', 'Either', 'Option', 'Task', 'TaskEither', 'ReadonlyArray', 'Record'].map(
    (name) => `fp-ts/lib/${name}.js`,
  ),
  ...['io-ts', 'ts-pattern', 'currency-codes'],
  // Its functions one by one: the classes are three times the code, in every bundle.
  ...['Instant', 'PlainDate'].map((name) => `temporal-polyfill/fns/${name}`),
]);

describe('the domain', () => {
  test('has files, or these rules say nothing', () => {
    expect(importsIn('domain').length).toBeGreaterThan(100);
  });

  test('imports itself and a handful of pure packages, nothing else', () => {
    const strangers = importsIn('domain').filter(
      ({ imported }) => !imported.startsWith('domain/') && !DOMAIN_MODULES.has(imported),
    );
    expect(strangers).toEqual([]);
  });

  test('imports its files one by one: its index is for others', () => {
    expect(
      importsIn('domain').filter(({ file, imported }) => imported === 'domain/index.ts' && file !== imported),
    ).toEqual([]);
  });

  test('has no clock, no randomness, no environment, no output', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|Temporal\.Now|\bMath\.random\b|\bcrypto\b|\bprocess\b\s*\.|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\b|\bfetch\(/;
    expect(filesThatMatch(impure, codeOf).filter((file) => file.startsWith('domain/'))).toEqual([]);
  });
});

describe('the adapters', () => {
  test('reach the domain through its index', () => {
    const others = importsIn('adapters').filter(
      ({ imported }) => imported.startsWith('domain/') && imported !== 'domain/index.ts',
    );
    expect(others).toEqual([]);
  });

  test('import no test and no infrastructure', () => {
    expect(importsIn('adapters').filter(({ imported }) => /^(?:test|infra)\//.test(imported))).toEqual([]);
  });

  test('make certificates for stand-ins and tests alone', () => {
    const makers = importsIn('adapters').filter(({ imported }) =>
      /^(?:@peculiar\/x509|reflect-metadata)$/.test(imported),
    );
    expect(makers.length).toBeGreaterThan(0);
    expect(makers.filter(({ file }) => !file.startsWith('adapters/local/standIns/'))).toEqual([]);
    const served = importsIn('adapters').filter(({ imported }) => imported.startsWith('adapters/local/'));
    expect(
      served.filter(({ file }) => /^adapters\/(?:apple|delivery|google|lambda|middleware|webhook)\//.test(file)),
    ).toEqual([]);
  });

  test('are never imported by what declares them: topology is data', () => {
    expect(importsOf('adapters/topology.ts')).toEqual([]);
  });
});

describe('the infrastructure', () => {
  test('imports the CDK and its checks, the topology and itself, nothing else of ours', () => {
    const allowed = /^(?:aws-cdk-lib(?:\/.*)?|constructs|cdk-nag|commander|node:.*|infra\/.*|adapters\/topology\.ts)$/;
    expect(importsIn('infra').length).toBeGreaterThan(50);
    expect(importsIn('infra').filter(({ imported }) => !allowed.test(imported))).toEqual([]);
  });
});

describe('the page of the console', () => {
  const PAGE = 'adapters/console/page';
  const files = ['.ts', '.tsx'].flatMap((ending) => filesIn(PAGE, ending));

  test('runs in a browser: of the service it has types, and a few files that are data or pure', () => {
    const shared =
      /^adapters\/(?:topology|console\/(?:mark|views)|flow\/\w+|eventbridge\/(?:pattern(?:Operators)?|addressBlock)|inboxName)\.ts$/;
    const libraries =
      /^(?:react|react-dom\/client|react-aria-components|@tanstack\/react-(?:query|virtual)|wouter|recharts|eventsource-parser|bwip-js\/browser)$/;
    const run = files.flatMap((file) =>
      importsOf(file, text(file).replaceAll(/import type [^;]*;/g, '')).map((imported) => ({ file, imported })),
    );
    expect(run.length).toBeGreaterThan(10);
    const strangers = run.filter(
      ({ imported }) => !imported.startsWith(`${PAGE}/`) && !shared.test(imported) && !libraries.test(imported),
    );
    expect(strangers).toEqual([]);
  });

  test('asks nobody but the service: no address of another host stands in it', () => {
    expect(files.filter((file) => /\bhttps?:\/\//.test(text(file)))).toEqual([]);
  });
});

describe('the words of the source', () => {
  test('such as its envelopes and audit fields are known to the source adapters alone', () => {
    const knowing = filesThatMatch(/ChangeEventHeader|SystemModstamp/, text);
    expect(knowing.filter((file) => !/^(?:adapters\/(?:source|sample)|test)\//.test(file))).toEqual([]);
    expect(knowing).toContain('adapters/source/changeEvent.ts');
  });

  test('for custom fields stand in the mapping alone', () => {
    const knowing = filesThatMatch(/\w__c\b/, text);
    const allowed = /^(?:domain\/source\/retail\.ts$|adapters\/(?:source|sample)\/|test\/)/;
    expect(knowing.filter((file) => !allowed.test(file))).toEqual([]);
    expect(knowing).toContain('domain/source/retail.ts');
  });
});

describe('the tree', () => {
  test('has four folders', () => {
    const folders = entriesOf('.')
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !GENERATED.has(entry.name))
      .map(({ name }) => name);
    expect(folders.filter((name) => !LAYERS.includes(name))).toEqual([]);
  });

  test('names no place on a developer’s machine', () => {
    expect(filesThatMatch(/\/(?:work|home\/\w+|Users\/\w+)\//, text)).toEqual([]);
  });
});
