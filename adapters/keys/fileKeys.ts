import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import * as t from 'io-ts';
import type { KeyStore, StoreUnavailable } from '#domain/index.ts';
import { KEY_BYTES } from './memoryKeys.ts';

/**
 * Data keys in a local file: one JSON line for each key or tombstone, appended and flushed before a key is handed out.
 * A torn last line (killed while appending) was never handed out and is cut off. Destroying rewrites the file without the key.
 * For one process: the owner of the data directory.
 */
export const fileKeys = (path: string): KeyStore => {
  let opened: Promise<KeyFile> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time; after a failure the file is read again, since nobody knows how much of it was written. */
  const inTurn = <A>(operation: string, act: (file: KeyFile) => Promise<A>): TE.TaskEither<StoreUnavailable, A> =>
    TE.tryCatch(
      () => {
        const result = turn.then(async () => {
          opened ??= readKeyFile(path);
          return act(await opened);
        });
        turn = result.catch(() => {
          opened = null;
        });
        return result;
      },
      (error) => ({ type: 'StoreUnavailable', operation, reason: error instanceof Error ? error.message : 'unknown' }),
    );

  return {
    obtain: (keyIds) =>
      inTurn('obtain keys', async (file) => {
        const missing = new Map<string, Uint8Array>();
        for (const id of keyIds) if (!file.keys.has(id)) missing.set(id, randomBytes(KEY_BYTES));
        if (missing.size > 0) await append(path, file, missing);
        return new Map(keyIds.map((id) => [id, file.keys.get(id) ?? null]));
      }),
    destroy: (keyId) => inTurn('destroy key', (file) => rewriteWithout(path, file, keyId)),
  };
};

/** The same keys for another process that only reads: none is ever created, one that is not there reads as destroyed. */
export const readOnlyFileKeys = (path: string): Pick<KeyStore, 'obtain'> => {
  let file: KeyFile | null = null;
  return {
    obtain: (keyIds) =>
      TE.tryCatch(
        async () => {
          // The owner goes on adding keys: what is missing may have come since.
          if (file === null || keyIds.some((id) => file?.keys.has(id) === false)) file = await readKeyFile(path);
          const { keys } = file;
          return new Map(keyIds.map((id) => [id, keys.get(id) ?? null]));
        },
        (error) => ({
          type: 'StoreUnavailable',
          operation: 'read keys',
          reason: error instanceof Error ? error.message : 'unknown',
        }),
      ),
  };
};

/** The lines of one key file; what another says is destroyed is destroyed. */
export const keyLinesWith = (content: Uint8Array, other: Uint8Array): string => {
  const destroyed = [...parseKeys(Buffer.from(other)).keys].filter(([, key]) => key === null);
  const keys = new Map([...parseKeys(Buffer.from(content)).keys, ...destroyed]);
  return [...keys].map(([id, key]) => lineOf(id, key)).join('');
};

/** Ids of the keys that a file says are destroyed. */
export const destroyedIn = (content: Uint8Array): readonly string[] =>
  [...parseKeys(Buffer.from(content)).keys].flatMap(([id, key]) => (key === null ? [id] : []));

/** `bytes`: how much of the file is whole lines. null: destroyed. */
type KeyFile = { readonly keys: Map<string, Uint8Array | null>; bytes: number };

const Line = t.union([
  t.strict({ id: t.string, key: t.string }),
  t.strict({ id: t.string, destroyed: t.literal(true) }),
]);

const readKeyFile = async (path: string): Promise<KeyFile> => {
  const content = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  return parseKeys(content);
};

const parseKeys = (content: Buffer): KeyFile => {
  const bytes = content.lastIndexOf('\n') + 1;
  const keys = new Map<string, Uint8Array | null>();
  const lines = content.subarray(0, bytes).toString('utf8').split('\n').slice(0, -1);
  for (const [index, text] of lines.entries()) {
    const line = parsed(text);
    if (!Line.is(line)) throw new Error(`line ${index + 1} of the key file is not a key`);
    keys.set(line.id, 'key' in line ? Buffer.from(line.key, 'base64') : null);
  }
  return { keys, bytes };
};

/** JSON.parse quotes what it cannot read; a key must not get into an error. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const append = async (path: string, file: KeyFile, added: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  const lines = Buffer.from([...added].map(([id, key]) => lineOf(id, key)).join(''));
  const isNew = file.bytes === 0;
  await using handle = await open(path, isNew ? 'a' : 'r+', OWNER_ONLY);
  await handle.truncate(file.bytes);
  await writeFully(handle, lines, file.bytes);
  if (isNew) await flushDirectory(path);
  file.bytes += lines.length;
  for (const [id, key] of added) file.keys.set(id, key);
};

/** The old file stays until the new one is whole and on disk. */
const rewriteWithout = async (path: string, file: KeyFile, keyId: string): Promise<void> => {
  const kept = new Map<string, Uint8Array | null>(file.keys).set(keyId, null);
  const lines = Buffer.from([...kept].map(([id, key]) => lineOf(id, key)).join(''));
  const fresh = `${path}.new`;
  {
    await using handle = await open(fresh, 'w', OWNER_ONLY);
    await writeFully(handle, lines, 0);
  }
  await rename(fresh, path);
  await flushDirectory(path);
  file.bytes = lines.length;
  file.keys.set(keyId, null);
};

const writeFully = async (handle: FileHandle, content: Uint8Array, from: number): Promise<void> => {
  for (let done = 0; done < content.length; )
    done += (await handle.write(content, done, content.length - done, from + done)).bytesWritten;
  await handle.sync();
};

/** A name is durable when its directory is. */
const flushDirectory = async (path: string): Promise<void> => {
  await using directory = await open(dirname(path), 'r');
  await directory.sync();
};

const OWNER_ONLY = 0o600;

const lineOf = (id: string, key: Uint8Array | null): string =>
  `${JSON.stringify(key === null ? { id, destroyed: true } : { id, key: Buffer.from(key).toString('base64') })}\n`;
