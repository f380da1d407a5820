import { crc32, inflateRawSync } from 'node:zlib';
import * as E from 'fp-ts/lib/Either.js';

/** A file in a zip, as its directory says. */
export type ZipEntry = { readonly name: string; readonly content: Buffer };

/** All that is unpacked together: a small file can claim to be a large one. */
const MAX_BYTES = 50_000_000;

/** The entries of a zip in their order, each held against its checksum. Left: why it is none that can be trusted. */
export const zipEntries = (zip: Buffer): E.Either<string, readonly ZipEntry[]> => {
  const end = zip.lastIndexOf(END);
  if (end < 0 || end + 22 > zip.length) return E.left('expected a zip file');
  const entries: ZipEntry[] = [];
  let [at, left] = [zip.readUInt32LE(end + 16), MAX_BYTES];
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    if (at + 46 > end || zip.readUInt32LE(at) !== CENTRAL) return E.left('expected a zip file with a whole directory');
    const entry = readEntry(zip, at, left);
    if (E.isLeft(entry)) return entry;
    if (entries.some(({ name }) => name === entry.right.name)) return E.left(`${entry.right.name} is there twice`);
    entries.push(entry.right);
    left -= entry.right.content.length;
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return at === end ? E.right(entries) : E.left('expected a zip file with a whole directory');
};

const END = Buffer.from('PK\u0005\u0006', 'latin1');
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** at: of its entry in the directory (APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.12). */
const readEntry = (zip: Buffer, at: number, most: number): E.Either<string, ZipEntry> => {
  const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
  const [method, checksum] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16)];
  const [packedSize, size, localAt] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)];
  if (size > most) return E.left(`expected at most ${MAX_BYTES / 1_000_000} MB in all`);
  if (localAt + 30 > zip.length || zip.readUInt32LE(localAt) !== LOCAL)
    return E.left(`${name}: not where the directory says`);
  const from = localAt + 30 + zip.readUInt16LE(localAt + 26) + zip.readUInt16LE(localAt + 28);
  // What the directory says of version, flags, method, times, checksum and sizes stands before the content too, unless that says they come after it.
  const hasSizesAfter = (zip.readUInt16LE(localAt + 6) & 8) !== 0;
  const [said, saidBefore] = [zip.subarray(at + 6, at + 30), zip.subarray(localAt + 4, localAt + 28)];
  const isSame = hasSizesAfter ? said.subarray(0, 10).equals(saidBefore.subarray(0, 10)) : said.equals(saidBefore);
  const nameBefore = zip.toString('utf8', localAt + 30, localAt + 30 + zip.readUInt16LE(localAt + 26));
  if (!isSame || nameBefore !== name) return E.left(`${name}: described in two ways`);
  const content = unpacked(zip.subarray(from, from + packedSize), method, size);
  if (content === null || content.length !== size || crc32(content) !== checksum) return E.left(`${name}: damaged`);
  return E.right({ name, content });
};

/** null: packed in a way that Wallet is not known to read, or not at all. */
const unpacked = (packed: Buffer, method: number, size: number): Buffer | null => {
  if (method === 0) return packed;
  if (method !== 8) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return null;
  }
};
