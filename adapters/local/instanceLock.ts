import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type InstanceLock = { readonly release: () => Promise<void> };

/**
 * One process per data folder, held as a listening socket: the kernel lets go of it however the process ends, so no stale lock is left
 * and no process id can be mistaken. Linux: an abstract socket, no file at all. null: somebody else holds it.
 */
export const lockFolder = (folder: string): Promise<InstanceLock | null> => {
  const name = `billfold-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24)}`;
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`), () => {
      server.unref();
      resolve({ release: () => new Promise((done) => server.close(() => done())) });
    });
  });
};
