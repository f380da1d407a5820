import * as TE from 'fp-ts/lib/TaskEither.js';
import { memoryKeys } from '#adapters/keys/memoryKeys.ts';
import '#adapters/services.ts';
import { loadFile } from '#adapters/source/loadFile.ts';
import { commitOf, emptyHead, emptyHeadMemory, headAfter, retail, unheardOf } from '#domain/index.ts';
import { EXTRACTION } from './rows.ts';

/**
 * Loads one file in a process of its own, with the modules of a function that does, and prints as a line of JSON what was resident at each mark.
 * Arguments: the file; whether its rows are `new` or `known` to a store that keeps nothing.
 */
const [, , path = '', rows = ''] = process.argv;

/** Where the resident memory is told, in percent of the file. */
const MARKS = [1, 10, 25, 50, 75, 100];

const load = loadFile({
  ...{ mapping: retail, clock: () => EXTRACTION.at, keys: memoryKeys(), heads: emptyHeadMemory() },
  records: {
    load: (refs) => TE.of(refs.map((ref) => ({ record: unheardOf(ref), ver: 0 }))),
    loadChanged: (seen) => TE.of(seen.map(({ ref }) => (rows === 'known' ? null : { record: unheardOf(ref), ver: 0 }))),
    commit: ({ appends }) => TE.of(appends.map((append) => headAfter(commitOf(append)))),
  },
  events: { head: (stream) => TE.of(emptyHead(stream)), presumeEmpty: emptyHead },
  quarantine: { put: () => TE.of(undefined) },
  pause: () => Promise.reject(new Error('every row was to be read')),
});

const before = process.memoryUsage.rss();
const marks: Record<number, number> = {};
let peak = 0;
const startedAtMs = performance.now();
const cpuBefore = process.cpuUsage();
const report = await load({ path, name: 'Order', object: 'Order', extraction: EXTRACTION }, (progress) => {
  const rss = process.memoryUsage.rss();
  peak = Math.max(peak, rss);
  for (const mark of MARKS)
    if (progress.bytesRead >= (progress.bytesTotal * mark) / 100 && marks[mark] === undefined) marks[mark] = rss;
});
const wallMs = performance.now() - startedAtMs;
const { user, system } = process.cpuUsage(cpuBefore);
const cpuMs = (user + system) / 1000;
process.stdout.write(`${JSON.stringify({ report, before, marks, peak, wallMs, cpuMs })}\n`);
