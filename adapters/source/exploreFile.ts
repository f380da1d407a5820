import { openFile } from './byteSource.ts';
import { parseExactJson } from './exactJson.ts';
import { lineText, readLines } from './lines.ts';
import { wholeOf } from './parts.ts';
import type { Profiler } from './profileObject.ts';

/** Feeds the rows of one AppFlow file (NDJSON, plain or gzip) to a profiler, at constant memory. Resolves with the file's size. */
export const exploreFile = async (
  path: string,
  profiler: Profiler,
  onProgress: (bytesRead: number) => void,
): Promise<number> => {
  const file = await openFile(path);
  try {
    for await (const { lines, bytesRead } of readLines(file, await wholeOf(file))) {
      for (const line of lines) {
        if (line.type === 'fault') profiler.refuse(line.fault);
        else addLine(profiler, lineText(line.bytes), line.offset);
      }
      onProgress(bytesRead);
    }
    return file.size;
  } finally {
    await file.close();
  }
};

const addLine = (profiler: Profiler, text: string, offset: number): void => {
  try {
    profiler.add(parseExactJson(text), offset);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    profiler.refuse({ path: 'line', expected: 'expected a JSON object on each line' });
  }
};
