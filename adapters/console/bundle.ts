import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file that the page loads. path: below /console/, with a hash of what is in it. */
export type Asset = { readonly path: string; readonly type: string; readonly body: Uint8Array };

export type Bundle = {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Paths of what index.html names. */
  readonly script: string;
  readonly style: string;
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
    logLevel: 'silent',
  });
  const assets = outputFiles.map(({ path, contents }): Asset => {
    const name = path.slice(PAGE.length + 1);
    return { path: name, type: typeOf(name), body: contents };
  });
  const [script = '', style = ''] = Object.entries(metafile.outputs).flatMap(([path, { entryPoint, cssBundle }]) =>
    entryPoint === 'main.tsx' ? [path, cssBundle ?? ''] : [],
  );
  return { assets: new Map(assets.map((asset) => [asset.path, asset])), script, style };
};

const typeOf = (name: string): string =>
  name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
