import { type FileHandle, open } from 'node:fs/promises';
import type { EpochMs } from '#domain/index.ts';

/** The bytes of one version of a file, wherever it is kept. One contract suite (test/contract/byteSource.ts), run by every implementation. */
export type ByteSource = {
  readonly size: number;
  readonly modifiedAt: EpochMs;
  /** Names the version: other bytes have another one. */
  readonly etag: string;
  /** Its bytes [from, to) in order, at bounded memory; a chunk is good until the next one is asked for. Throws BytesUnreadable. */
  readonly read: (from: number, to: number) => AsyncIterable<Buffer>;
};

/** replaced: another version took its place. missing: nothing is there. unavailable: worth another try, later. */
export class BytesUnreadable extends Error {
  override readonly name = 'BytesUnreadable';
  readonly type: 'replaced' | 'missing' | 'unavailable';
  constructor(type: BytesUnreadable['type'], reason: string) {
    super(reason);
    this.type = type;
  }
}

export type OpenFile = ByteSource & { readonly close: () => Promise<void> };

const CHUNK_BYTES = 256 * 1024;

export const openFile = async (path: string): Promise<OpenFile> => {
  const handle = await open(path);
  const { size, mtimeMs } = await handle.stat();
  return {
    size,
    modifiedAt: Math.floor(mtimeMs),
    etag: `${size}-${mtimeMs}`,
    read: (from, to) => chunksOf(handle, from, to),
    close: () => handle.close(),
  };
};

/** One buffer for all of the file, since lines are copies: a stream's new one for each chunk took a third of the time of the splitting. */
async function* chunksOf(handle: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(0, to - from)));
  for (let at = from; at < to; ) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, to - at), at);
    if (bytesRead === 0) throw new BytesUnreadable('replaced', 'the file became shorter while it was read');
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
