import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { readOnlyFileKeys } from '#adapters/keys/fileKeys.ts';
import { KEYS, NOTE } from '#adapters/local/backup.ts';
import { restoreBackup } from '#adapters/local/restore.ts';
import { fileSecrets } from '#adapters/secrets/fileSecrets.ts';
import { retail } from '#domain/index.ts';
import { documentArb } from '../mutations.ts';
import { Broken, type Target } from '../target.ts';

type Folder = { readonly note: Buffer; readonly keys: Buffer; readonly secrets: Buffer };

const note = { format: 1, takenAt: '2026-11-22T10:00:00.000Z' };
const MEMBER = 'member-0038d0000000007AAA';
const lines = [
  { id: MEMBER, key: Buffer.alloc(32, 1).toString('base64') },
  { id: 'member-0038d0000000008AAA', destroyed: true },
];
const keysArb = fc
  .array(documentArb(lines), { maxLength: 3 })
  .map((some) => Buffer.concat(some.flatMap((line) => [line, Buffer.from('\n')])));

/** Files that somebody keeps and brings back: they may be cut off, edited, or of something else. A backup without a store is played, so it never gets to its end. */
export const backup: Target<Folder> = {
  name: 'backup',
  about: 'the note of a backup, a file of keys, a file of secrets',
  inputs: fc.record({
    note: fc.oneof(
      { weight: 3, arbitrary: fc.constant(Buffer.from(JSON.stringify(note))) },
      { weight: 2, arbitrary: documentArb([note]) },
    ),
    keys: keysArb,
    secrets: documentArb([{ 'middleware-key': { current: 'a', previous: 'b', pending: 'c' } }]),
  }),
  found: {},
  open: async () => {
    const root = await mkdtemp(join(tmpdir(), 'billfold-fuzz-'));
    const [from, dataDir] = [join(root, 'backup'), join(root, 'data')];
    await mkdir(from);
    return {
      play: async (folder) => {
        await rm(dataDir, { recursive: true, force: true });
        await mkdir(dataDir);
        await writeFile(join(from, NOTE), folder.note);
        await writeFile(join(from, KEYS), folder.keys);
        await writeFile(join(root, 'secrets.json'), folder.secrets);
        const secret = await fileSecrets(join(root, 'secrets.json')).candidates('middleware-key')();
        const keys = await readOnlyFileKeys(join(from, KEYS)).obtain([MEMBER])();
        const restored = await restoreBackup({ from, dataDir, mapping: retail, clock: Date.now });
        if (E.isRight(restored)) throw new Broken('was restored without a store');
        // The reasons name the folder, which is ours.
        const told = [restored.left, E.isLeft(secret) ? secret.left : null, E.isLeft(keys) ? keys.left : null];
        return { type: E.isRight(secret) && E.isRight(keys) ? 'value' : 'refused', told };
      },
      close: () => rm(root, { recursive: true, force: true }),
    };
  },
  show: ({ note: noted, keys, secrets }) =>
    [noted, keys, secrets].map((bytes) => JSON.stringify(bytes.toString('latin1').slice(0, 1_000))).join('\n'),
};
