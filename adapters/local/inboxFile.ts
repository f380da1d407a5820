import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { failureText, type RunStore } from '#domain/index.ts';
import type { InboxFile } from '../http/answers/inboxFile.ts';
import type { Activity } from './status.ts';

export type InboxFileDeps = {
  readonly dataDir: string;
  readonly runs: Pick<RunStore, 'load'>;
  readonly counts: Pick<Activity, 'read' | 'failureOf'>;
};

/**
 * A file as this process saw it; of one that was loaded before it started, or long ago, what the ledger of runs remembers.
 * name: <object or flow>/<execution id>/<file>.
 */
export const inboxFile =
  ({ dataDir, runs, counts }: InboxFileDeps) =>
  async (name: string): Promise<E.Either<string, InboxFile>> => {
    const isThere = await access(join(dataDir, 'inbox', ...name.split('/'))).then(
      () => true,
      () => false,
    );
    const nothing = { file: name, progress: null, report: null, failure: counts.failureOf(name) };
    // After the look into the folder: a file that has left it is still being read, or was.
    const { loading, recent } = counts.read();
    if (loading?.file === name) {
      const { bytesRead, bytesTotal, rows, quarantined } = loading;
      return E.right({ ...nothing, state: 'loading', progress: { bytesRead, bytesTotal, rows, quarantined } });
    }
    const loaded = recent.find(({ file }) => file === name);
    if (loaded !== undefined) {
      const { rows, quarantined, recordsChanged, eventsAppended } = loaded;
      return E.right({ ...nothing, state: 'loaded', report: { rows, quarantined, recordsChanged, eventsAppended } });
    }
    if (isThere) return E.right({ ...nothing, state: 'waiting' });
    const [flow = '', executionId = '', ...file] = name.split('/');
    const run = await runs.load({ flow, executionId })();
    if (E.isLeft(run)) return E.left(failureText(run.left));
    const known = run.right.files.get(file.join('/'))?.loaded ?? null;
    if (known === null) return E.right({ ...nothing, state: 'unknown' });
    const { rows, unreadable } = known;
    return E.right({
      ...nothing,
      state: 'loaded',
      report: { rows, quarantined: unreadable, recordsChanged: null, eventsAppended: null },
    });
  };
