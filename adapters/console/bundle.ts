import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';

/** A file that the page loads. path: below /console/, with a hash of what is in it. */
export type Asset = {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
};

export type Bundle = {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Paths of what index.html names. */
  readonly script: string;
  readonly style: string;
  /** What the script imports before it runs. */
  readonly imports: readonly string[];
};

const PAGE = fileURLToPath(new URL('page', import.meta.url));

/** Makes the console's page of its sources, in memory: about a second of CPU, most of it in a process of its own. */
export const bundlePage = async (): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PAGE,
    entryPoints: ['main.tsx'],
    outdir: PAGE,
    ...{ bundle: true, write: false, metafile: true, minify: true, splitting: true },
    ...{ format: 'esm', target: 'es2022', jsx: 'automatic', charset: 'utf8', legalComments: 'none' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
    // The same functions as modules, of which what nobody calls is left out.
    alias: { 'fp-ts/lib': 'fp-ts/es6' },
    plugins: [inEnglish],
    logLevel: 'silent',
  });
  const assets = await Promise.all(
    outputFiles.map(async ({ path, contents }): Promise<Asset> => {
      const name = path.slice(PAGE.length + 1);
      return { path: name, type: typeOf(name), body: Buffer.from(contents), gzipped: await packed(contents) };
    }),
  );
  const [script = '', style = ''] = Object.entries(metafile.outputs).flatMap(([path, { entryPoint, cssBundle }]) =>
    entryPoint === 'main.tsx' ? [path, cssBundle ?? ''] : [],
  );
  return {
    assets: new Map(assets.map((asset) => [asset.path, asset])),
    ...{ script, style, imports: importedBy(metafile, script) },
  };
};

/** The page speaks English. The component library brings its words in thirty languages more, an eighth of the script. */
const inEnglish: Plugin = {
  name: 'in-english',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/intl\/\w+\/[a-z]{2}-[A-Z]{2}\.mjs$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, dirname(path), 'en-US.mjs'),
    })),
};

const packed = promisify(gzip);

const importedBy = ({ outputs }: Metafile, script: string): readonly string[] =>
  (outputs[script]?.imports ?? []).filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);

const typeOf = (name: string): string =>
  name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
