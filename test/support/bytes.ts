import type { ByteSource } from '#adapters/source/byteSource.ts';
import { type Line, lineText, readLines } from '#adapters/source/lines.ts';
import type { Part } from '#adapters/source/parts.ts';

/** Bytes in memory, in chunks of at most that many. One buffer for all chunks, as a file's. */
export const bytesInMemory = (bytes: Uint8Array, chunkBytes = 64 * 1024): ByteSource => ({
  size: bytes.length,
  modifiedAt: Date.UTC(2026, 10, 20),
  etag: Buffer.from(bytes.subarray(0, 100)).toString('base64') + bytes.length,
  read: async function* (from, to) {
    const chunk = Buffer.alloc(chunkBytes);
    for (let at = from; at < to; at += chunkBytes) {
      const length = Buffer.from(bytes.subarray(at, Math.min(to, at + chunkBytes))).copy(chunk);
      yield chunk.subarray(0, length);
    }
  },
});

type TextLine =
  | Extract<Line, { type: 'fault' }>
  | { readonly type: 'line'; readonly offset: number; readonly text: string };

/** As text: their bytes are good only until the next ones. */
export const linesOf = async (source: ByteSource, part: Part): Promise<readonly TextLine[]> => {
  const found: TextLine[] = [];
  for await (const { lines } of readLines(source, part))
    for (const line of lines) {
      if (line.type === 'fault') found.push(line);
      else found.push({ type: 'line', offset: line.offset, text: lineText(line.bytes) });
    }
  return found;
};
