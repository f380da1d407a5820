import { access, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { type Mapping, objectOfFlow } from '#domain/index.ts';
import type { FileToLoad, LoadProgress, LoadReport } from '../source/loadFile.ts';
import { type Log, reasonOf } from './functions.ts';
import type { RunLedger } from './runLedger.ts';

export type InboxDeps = {
  /** Holds inbox/ and done/. */
  readonly dataDir: string;
  readonly mapping: Pick<Mapping, 'flows'>;
  readonly ledger: RunLedger;
  readonly load: (file: FileToLoad, onProgress: (progress: LoadProgress) => void) => Promise<LoadReport>;
  readonly onProgress: (file: string, progress: LoadProgress) => void;
  readonly onLoaded: (file: string, report: LoadReport) => void;
  /** It is loaded, and goes to done/ as this leaves it. */
  readonly beforeKept?: (path: string, object: string) => Promise<void>;
  /** It could not be loaded or moved at all, and is tried again. */
  readonly onFailed: (file: string, reason: string) => void;
  readonly log: Log;
};

export type Inbox = {
  readonly start: () => void;
  /** Waits for the file being loaded. */
  readonly stop: () => Promise<void>;
  /** Files that are there right now, complete or not. */
  readonly waiting: () => Promise<number>;
  readonly lastLoadEndedAt: () => number;
};

const POLL_MS = 200;
/** A file that was not written to for so long is complete. One that was renamed in usually is at once. */
const STABLE_MS = 1_000;
/** A file that could not be loaded or moved at all is tried again after so long. */
const RETRY_MS = 10_000;

/**
 * Watches <data>/inbox for AppFlow output: <flow or object>/<execution id>/<file>. Each file is loaded, then moved to done/ where
 * quarantine finds its lines again. A file interrupted by the end of the process is simply loaded again: nothing is written twice.
 */
export const inbox = (deps: InboxDeps): Inbox => {
  const inboxDir = join(deps.dataDir, 'inbox');
  const seen = new Map<string, Sighting>();
  let running: Promise<void> | null = null;
  let stopping = false;
  let lastLoadEndedAt = 0;

  const run = async (): Promise<void> => {
    while (!stopping) {
      try {
        await loadComplete();
      } catch (error) {
        deps.log({ type: 'InboxFailed', reason: error instanceof Error ? error.message : 'unknown' });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };

  const loadComplete = async (): Promise<void> => {
    const paths = await filesUnder(inboxDir);
    for (const path of seen.keys()) if (!paths.includes(path)) seen.delete(path);
    for (const path of paths) {
      if (stopping) return;
      try {
        if (!(await isComplete(path, seen))) continue;
        await loadOne(path);
        lastLoadEndedAt = performance.now();
        seen.delete(path);
      } catch (error) {
        // It waits, and stops only itself.
        deps.log({ type: 'InboxFileFailed', file: nameOf(path), reason: reasonOf(error) });
        deps.onFailed(nameOf(path), reasonOf(error));
        const sighting = seen.get(path);
        if (sighting !== undefined) seen.set(path, { ...sighting, since: performance.now() + RETRY_MS });
      }
    }
  };

  const nameOf = (path: string): string => relative(inboxDir, path).split(sep).join('/');

  const loadOne = async (path: string): Promise<void> => {
    const name = nameOf(path);
    const object = objectOfName(deps.mapping, name);
    const modifiedAt = Math.floor((await stat(path)).mtimeMs);
    const extraction = await deps.ledger.open(name, modifiedAt);
    const file = { path, name, object, extraction };
    const report = await deps.load(file, (progress) => deps.onProgress(name, progress));
    await deps.ledger.loaded(name, extraction, report);
    await moveToDone(path, name);
    deps.onLoaded(name, report);
  };

  const moveToDone = async (path: string, name: string): Promise<void> => {
    let folder = join(deps.dataDir, 'done');
    for (const part of name.split('/').slice(0, -1)) folder = await folderNamed(join(folder, part));
    await mkdir(folder, { recursive: true });
    await deps.beforeKept?.(path, objectOfName(deps.mapping, name));
    await rename(path, await freeName(join(folder, basename(path))));
  };

  return {
    start: () => {
      stopping = false;
      running = run();
    },
    stop: async () => {
      stopping = true;
      await running;
    },
    waiting: async () => (await filesUnder(inboxDir)).length,
    lastLoadEndedAt: () => lastLoadEndedAt,
  };
};

/** The object of a file in the inbox, or kept of it: its first folder is a flow, or an object itself. A file at the root has none. */
export const objectOfName = (mapping: Pick<Mapping, 'flows'>, name: string): string => {
  const [folder = '', ...rest] = name.split('/');
  return objectOfFlow(mapping, rest.length === 0 ? '' : folder);
};

/** since: performance.now(), which nobody sets right while a file waits. */
type Sighting = { readonly size: number; readonly modifiedAt: number; readonly since: number };

const isComplete = async (path: string, seen: Map<string, Sighting>): Promise<boolean> => {
  const { size, mtimeMs } = await stat(path);
  const now = performance.now();
  const before = seen.get(path);
  const isSame = before !== undefined && before.size === size && before.modifiedAt === mtimeMs;
  // A file last written a while ago has been stable for that long already, whenever it was moved here.
  const agedMs = Math.min(STABLE_MS, Math.max(0, Date.now() - mtimeMs));
  const since = isSame ? before.since : now - agedMs;
  seen.set(path, { size, modifiedAt: mtimeMs, since });
  return now - since >= STABLE_MS;
};

/** Hidden and temporary names are still being written by whoever made them. */
export const isTemporary = (name: string): boolean =>
  name.startsWith('.') || name.endsWith('.tmp') || name.endsWith('.part');

const filesUnder = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !isTemporary(basename(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

/** A file may stand where the folder should: a file named Order at the inbox root came first. */
const folderNamed = async (target: string): Promise<string> => {
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? target : `${target}.${copy}`;
    const found = await stat(candidate).catch(() => null);
    if (found === null || found.isDirectory()) return candidate;
  }
};

/** A file of that name may have come before: neither may vanish, quarantine points into both. */
const freeName = async (target: string): Promise<string> => {
  for (let copy = 1; ; copy++) {
    const candidate = copy === 1 ? target : `${target}.${copy}`;
    try {
      await access(candidate);
    } catch {
      return candidate;
    }
  }
};
