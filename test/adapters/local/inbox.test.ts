import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Inbox, type InboxDeps, inbox } from '#adapters/local/inbox.ts';

const report = { rows: 1, quarantined: 0, recordsChanged: 1, eventsAppended: 1, audit: {} };

const watching = async (some: Partial<InboxDeps> = {}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'billfold-inbox-'));
  await mkdir(join(dataDir, 'inbox'));
  const loaded: string[] = [];
  const failed: string[] = [];
  const logged: unknown[] = [];
  const watched: Inbox = inbox({
    dataDir,
    mapping: { flows: {} },
    ledger: { open: async (_, at) => ({ at, known: false }), loaded: async () => undefined },
    load: async () => report,
    onProgress: () => undefined,
    onLoaded: (file) => loaded.push(file),
    onFailed: (file) => failed.push(file),
    log: (line) => logged.push(line),
    ...some,
  });
  onTestFinished(async () => {
    await watched.stop();
    await rm(dataDir, { recursive: true });
  });
  /** Written a minute ago: complete. */
  const drop = async (name: string, ageSeconds = 60): Promise<void> => {
    const path = join(dataDir, 'inbox', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{}\n');
    await utimes(path, new Date(), Date.now() / 1000 - ageSeconds);
  };
  const done = async (): Promise<readonly string[]> =>
    (await readdir(join(dataDir, 'done'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(dataDir, 'done').length + 1))
      .sort();
  return { ...watched, loaded, failed, logged, drop, done };
};

describe('the inbox', () => {
  it('loads each file as the object that its folder says, or that the mapping says of the flow, and moves it to done', async () => {
    const objects: string[] = [];
    const files = await watching({
      mapping: { flows: { 'Nightly contacts': 'Contact' } },
      load: async ({ object }) => {
        objects.push(object);
        return report;
      },
    });
    await files.drop('Nightly contacts/run/a');
    await files.drop('Order/run/b');
    files.start();
    await expect.poll(() => files.loaded).toEqual(['Nightly contacts/run/a', 'Order/run/b']);
    expect(objects).toEqual(['Contact', 'Order']);
    expect(await files.done()).toEqual(['Nightly contacts/run/a', 'Order/run/b']);
    expect(await files.waiting()).toBe(0);
  });

  it('a file that cannot be loaded waits, is named in the log, and stops only itself', async () => {
    const files = await watching({
      load: async ({ name }) => {
        if (name.includes('locked')) throw new Error('EACCES');
        return report;
      },
    });
    await files.drop('Contact/run/locked');
    await files.drop('Contact/run/other');
    await files.drop('Order/run/one');
    files.start();
    await expect.poll(() => files.loaded).toEqual(['Contact/run/other', 'Order/run/one']);
    expect(files.logged).toEqual([{ type: 'InboxFileFailed', file: 'Contact/run/locked', reason: 'Error: EACCES' }]);
    expect(files.failed).toEqual(['Contact/run/locked']);
    expect(await files.waiting()).toBe(1);
  });

  it('leaves alone what is still being written', async () => {
    const files = await watching();
    for (const name of ['Contact/run/.hidden', 'Contact/run/a.tmp', 'Contact/run/a.part']) await files.drop(name);
    await files.drop('Contact/run/fresh', 0);
    await files.drop('Contact/run/old');
    files.start();
    await expect.poll(() => files.loaded).toEqual(['Contact/run/old']);
    expect(await files.waiting()).toBe(1);
    await expect.poll(() => files.loaded, { timeout: 3_000 }).toEqual(['Contact/run/old', 'Contact/run/fresh']);
  });

  it('keeps both of two files of one name, and a file named as a folder', async () => {
    const files = await watching();
    files.start();
    for (const [count, name] of ['Contact/run/a', 'Contact/run/a', 'Order', 'Order/run/a', 'Order/run/a'].entries()) {
      await files.drop(name);
      await expect.poll(() => files.loaded.length).toBe(count + 1);
    }
    expect(await files.done()).toEqual([
      'Contact/run/a',
      'Contact/run/a.2',
      'Order',
      'Order.2/run/a',
      'Order.2/run/a.2',
    ]);
    expect(files.logged).toEqual([]);
  });

  it('tries a file again after a while, also where the clock was days ahead when it failed, and is right again', async () => {
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const [realDate, realElapsed] = [Date.now, performance.now.bind(performance)];
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => realDate() + 2 * 86_400_000);
    const store: { isAway: boolean } = { isAway: true };
    const files = await watching({
      load: async () => {
        if (store.isAway) throw new Error('no store');
        return report;
      },
    });
    await files.drop('Order/run/a');
    files.start();
    await expect.poll(() => files.failed).toEqual(['Order/run/a']);
    store.isAway = false;
    clock.mockImplementation(realDate);
    vi.spyOn(performance, 'now').mockImplementation(() => realElapsed() + 11_000);
    await expect.poll(() => files.loaded).toEqual(['Order/run/a']);
  });
});
