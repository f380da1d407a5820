import { isUtf8 } from 'node:buffer';
import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byteSource.ts';
import type { InputFault } from './fault.ts';
import type { Part } from './parts.ts';

/** One line of a file, or why it is none. offset: of its first byte in the (unpacked) file. bytes: UTF-8, good until the next lines are asked for. */
export type Line =
  | { readonly type: 'line'; readonly offset: number; readonly bytes: Buffer }
  | { readonly type: 'fault'; readonly offset: number; readonly fault: InputFault };

/** The lines found in one chunk, and how many bytes of the part have been read. */
export type LineBatch = { readonly lines: readonly Line[]; readonly bytesRead: number };

/** A record of Salesforce is far smaller; a longer line is a broken file, and would cost memory without bound. */
export const MAX_LINE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** Reads the lines that begin in a part, at constant memory, whatever the file's size. All parts together give what the whole gives. */
export async function* readLines(source: ByteSource, part: Part): AsyncGenerator<LineBatch> {
  const state: Splitter = { parts: [], partBytes: 0, offset: part.from, isSkipping: false };
  const progress = { bytesRead: 0 };
  try {
    for await (const chunk of part.isPacked ? unpacked(source, progress) : ownLines(source, part, state, progress)) {
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

/** The bytes from the first line that begins in the part to the end of the last one. Says in `state` where that first line begins. */
async function* ownLines(
  source: ByteSource,
  { from, to }: Part,
  state: Splitter,
  progress: { bytesRead: number },
): AsyncGenerator<Buffer> {
  let isOwn = from === 0;
  // A line feed right before the part begins a line with the part's first byte.
  if (!isOwn) state.offset = from - 1;
  for await (const chunk of source.read(state.offset, to)) {
    progress.bytesRead += chunk.length;
    const begin = isOwn ? 0 : chunk.indexOf(NEWLINE) + 1;
    if (!isOwn) state.offset += begin === 0 ? chunk.length : begin;
    isOwn ||= begin > 0;
    if (isOwn) yield begin === 0 ? chunk : chunk.subarray(begin);
  }
  // Past the part only as far as its last line goes; a line that is too long is known to be before its end.
  for (let at = to; state.offset < to && at < source.size && !state.isSkipping; at += TAIL_BYTES)
    for await (const chunk of source.read(at, Math.min(at + TAIL_BYTES, source.size))) {
      const end = chunk.indexOf(NEWLINE) + 1;
      yield end === 0 ? chunk : chunk.subarray(0, end);
      if (end > 0) return;
    }
}

/** A few rows. */
const TAIL_BYTES = 16 * 1024;

/** Small, because all that one chunk unpacks to is in memory at once: for AppFlow's rows about ten times as much. */
const PACKED_CHUNK_BYTES = 64 * 1024;

/** Chunk by chunk rather than through a pipe: a pipe that meets damage throws away what it had unpacked and nobody had taken yet. */
async function* unpacked(source: ByteSource, progress: { bytesRead: number }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const state: { ready: Buffer[]; damage: Error | null } = { ready: [], damage: null };
  gunzip.on('data', (chunk: Buffer) => state.ready.push(chunk));
  gunzip.on('error', (error) => {
    state.damage = error;
  });
  const closed = new Promise<void>((resolve) => gunzip.once('close', () => resolve()));
  for await (const chunk of source.read(0, source.size))
    for (let from = 0; from < chunk.length; from += PACKED_CHUNK_BYTES) {
      const piece = chunk.subarray(from, from + PACKED_CHUNK_BYTES);
      progress.bytesRead += piece.length;
      const written = new Promise<void>((resolve) => gunzip.write(piece, () => resolve()));
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
    else if (isSound && state.partBytes === 0) pushSound(lines, state.offset, chunk.subarray(from, to));
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
  if (isUtf8(bytes)) pushSound(lines, offset, bytes);
  else lines.push({ type: 'fault', offset, fault: { path: 'line', expected: 'expected UTF-8 text' } });
};

/** Blank lines say nothing, and neither does a byte order mark. What begins as a row does is not decoded to know. */
const pushSound = (lines: Line[], offset: number, bytes: Buffer): void => {
  if (bytes[0] === OPENING_BRACE || lineText(bytes).trim() !== '') lines.push({ type: 'line', offset, bytes });
};

const OPENING_BRACE = 0x7b;
const BYTE_ORDER_MARK = '\ufeff';

/** The text of a line, or of a part of a buffer that is one. */
export const lineText = (bytes: Buffer, from = 0, to = bytes.length): string => {
  const text = bytes.toString('utf8', from, to);
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
};
