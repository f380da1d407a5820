/** The first line of a file, unpacked where it is gzip; null: there is none, or it is too long, or damaged. Only its beginning is read. */
export const firstLine = async (file: Blob): Promise<string | null> => {
  const begin = file.slice(0, LOOKED_AT);
  try {
    const [one, two] = new Uint8Array(await begin.slice(0, 2).arrayBuffer());
    const isPacked = one === 0x1f && two === 0x8b;
    const bytes = isPacked ? begin.stream().pipeThrough(new DecompressionStream('gzip')) : begin.stream();
    return await lineOf(bytes);
  } catch {
    return null;
  }
};

const LOOKED_AT = 256 * 1024;

/** Stops at the first line feed: a beginning that was cut off is not read to where it fails. */
const lineOf = async (bytes: ReadableStream<Uint8Array>): Promise<string | null> => {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    const line = text.split('\n')[0] ?? '';
    // What is packed may be a thousand times as long.
    if (text.length > LOOKED_AT && line.length === text.length) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
    if (text.includes('\n') || done) {
      await reader.cancel().catch(() => undefined);
      return line.trim() === '' ? null : line;
    }
  }
};
