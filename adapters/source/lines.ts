import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { InputFault } from './fault.ts';

/** One line of a file, or why it is none. offset: of its first byte in the unpacked text. */
export type Line =
  | { readonly type: 'line'; readonly offset: number; readonly text: string }
  | { readonly type: 'fault'; readonly offset: number; readonly fault: InputFault };

/** The lines found in one chunk, and how far the reading came in the file itself. */
export type LineBatch = { readonly lines: readonly Line[]; readonly bytesRead: number };

/** A record of Salesforce is far smaller; a longer line is a broken file, and would cost memory without bound. */
export const MAX_LINE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** Reads lines at constant memory, whatever the file's size; unpacks gzip, which is known by its first bytes, not by its name. */
export async function* readLines(file: FileHandle): AsyncGenerator<LineBatch> {
  const state: Splitter = { parts: [], partBytes: 0, offset: 0, isSkipping: false };
  const progress = { bytesRead: 0 };
  try {
    for await (const chunk of unpacked(file, progress)) {
      const lines = split(state, chunk);
      if (lines.length > 0) yield { lines, bytesRead: progress.bytesRead };
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    // What came before the damage is whole; the line it cuts through is not.
    const fault = { path: 'file', expected: 'expected a complete gzip file: it ends too early or is damaged here' };
    yield { lines: [{ type: 'fault', offset: state.offset, fault }], bytesRead: progress.bytesRead };
    return;
  }
  const last = finish(state);
  if (last.length > 0) yield { lines: last, bytesRead: progress.bytesRead };
}

async function* unpacked(file: FileHandle, progress: { bytesRead: number }): AsyncGenerator<Buffer> {
  const magic = Buffer.alloc(2);
  await file.read(magic, 0, 2, 0);
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  yield* isGzip ? gunzipped(chunksOf(file, PACKED_CHUNK_BYTES, progress)) : chunksOf(file, CHUNK_BYTES, progress);
}

/** One buffer for all of the file, since lines are copies: a stream's new one for each chunk took a third of the time of the splitting. */
async function* chunksOf(file: FileHandle, bytes: number, progress: { bytesRead: number }): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(bytes);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, bytes, progress.bytesRead);
    if (bytesRead === 0) return;
    progress.bytesRead += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Small, because all that one chunk unpacks to is in memory at once: for AppFlow's rows about ten times as much. */
const PACKED_CHUNK_BYTES = 64 * 1024;

/** Chunk by chunk rather than through a pipe: a pipe that meets damage throws away what it had unpacked and nobody had taken yet. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const state: { ready: Buffer[]; damage: Error | null } = { ready: [], damage: null };
  gunzip.on('data', (chunk: Buffer) => state.ready.push(chunk));
  gunzip.on('error', (error) => {
    state.damage = error;
  });
  const closed = new Promise<void>((resolve) => gunzip.once('close', () => resolve()));
  for await (const chunk of packed) {
    const written = new Promise<void>((resolve) => gunzip.write(chunk, () => resolve()));
    await Promise.race([written, closed]);
    yield* state.ready.splice(0);
    if (state.damage !== null) throw state.damage;
  }
  gunzip.end();
  await closed;
  yield* state.ready.splice(0);
  if (state.damage !== null) throw state.damage;
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

/** A line under construction: its pieces so far, and where it began. */
type Splitter = { parts: Buffer[]; partBytes: number; offset: number; isSkipping: boolean };

const split = (state: Splitter, chunk: Buffer): Line[] => {
  const lines: Line[] = [];
  const isSound = wholeLinesAreUtf8(state, chunk);
  let from = 0;
  for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
    const bytes = state.partBytes + to - from;
    if (state.isSkipping || bytes > MAX_LINE_BYTES) lines.push(tooLong(state.offset));
    else if (isSound && state.partBytes === 0) pushText(lines, state.offset, chunk.toString('utf8', from, to));
    else pushLine(lines, state.offset, Buffer.concat([...state.parts, chunk.subarray(from, to)]));
    startLine(state, state.offset + bytes + 1);
    from = to + 1;
  }
  const rest = chunk.subarray(from);
  state.partBytes += rest.length;
  if (state.partBytes > MAX_LINE_BYTES) {
    state.isSkipping = true;
    state.parts = [];
  } else if (rest.length > 0) state.parts.push(Buffer.from(rest));
  return lines;
};

/** Of the lines that begin and end in the chunk: one check costs a fraction of one for each, or of a decoder that checks (npm run bench -- ndjson). */
const wholeLinesAreUtf8 = (state: Splitter, chunk: Buffer): boolean => {
  const from = state.partBytes === 0 ? 0 : chunk.indexOf(NEWLINE) + 1;
  return isUtf8(chunk.subarray(from, chunk.lastIndexOf(NEWLINE) + 1));
};

const finish = (state: Splitter): Line[] => {
  if (state.isSkipping) return [tooLong(state.offset)];
  const lines: Line[] = [];
  pushLine(lines, state.offset, Buffer.concat(state.parts));
  return lines;
};

const startLine = (state: Splitter, offset: number): void => {
  state.parts = [];
  state.partBytes = 0;
  state.offset = offset;
  state.isSkipping = false;
};

const tooLong = (offset: number): Line => ({
  type: 'fault',
  offset,
  fault: { path: 'line', expected: `expected at most ${MAX_LINE_BYTES} bytes` },
});

const pushLine = (lines: Line[], offset: number, bytes: Buffer): void => {
  if (isUtf8(bytes)) pushText(lines, offset, bytes.toString());
  else lines.push({ type: 'fault', offset, fault: { path: 'line', expected: 'expected UTF-8 text' } });
};

const BYTE_ORDER_MARK = '\ufeff';

/** Blank lines say nothing, and neither does a byte order mark. */
const pushText = (lines: Line[], offset: number, decoded: string): void => {
  const text = decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded;
  if (text.trim() !== '') lines.push({ type: 'line', offset, text });
};
