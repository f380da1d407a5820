import type { ByteSource } from './byteSource.ts';

/**
 * What one worker reads of a file: the lines whose first byte lies in [from, to). A line feed is no part of any other character in UTF-8, so a cut at
 * any byte is found again at the next line. isPacked: the whole of a gzip file, which cannot be cut.
 */
export type Part = { readonly from: number; readonly to: number; readonly isPacked: boolean };

/**
 * Some hundred thousand rows: minutes of work, where a Lambda function has fifteen. Of a run that is being loaded while this changes, files told of twice count
 * twice, and it is never complete.
 */
export const PART_BYTES = 64 * 1024 * 1024;

/**
 * A gzip file is the work of one worker, and of rows it holds about ten times its size: five parts. A larger one is refused rather than begun again and again.
 */
export const MAX_PACKED_BYTES = 32 * 1024 * 1024;

/** Of a file that is not packed. Together they are the file, and an empty file is one part. */
export const partsOf = (size: number, partBytes: number = PART_BYTES): readonly Part[] =>
  Array.from({ length: Math.max(1, Math.ceil(size / partBytes)) }, (_, index) => ({
    from: index * partBytes,
    to: Math.min(size, (index + 1) * partBytes),
    isPacked: false,
  }));

/** All of a file as one part; gzip is known by its first bytes, not by its name. */
export const wholeOf = async (source: ByteSource): Promise<Part> => ({
  from: 0,
  to: source.size,
  isPacked: await isGzip(source),
});

const isGzip = async (source: ByteSource): Promise<boolean> => {
  const magic: number[] = [];
  for await (const chunk of source.read(0, Math.min(MAGIC.length, source.size))) magic.push(...chunk);
  return magic.length === MAGIC.length && MAGIC.every((byte, at) => magic[at] === byte);
};

const MAGIC = [0x1f, 0x8b];

export const coversAll = ({ from, to }: Part, { size }: Pick<ByteSource, 'size'>): boolean => from === 0 && to === size;

/** The file of a run that a part is: loaded, it is one of the files that the run's completeness waits for. */
export const partName = (file: string, { from, to }: Pick<Part, 'from' | 'to'>): string => `${file}@${from}-${to}`;

/** The file and the part that such a name names; null: it is none. */
export const partNamed = (
  name: string,
): { readonly file: string; readonly from: number; readonly to: number } | null => {
  const [, file, from, to] = /^(.+)@(\d{1,15})-(\d{1,15})$/s.exec(name) ?? [];
  return file === undefined ? null : { file, from: Number(from), to: Number(to) };
};
