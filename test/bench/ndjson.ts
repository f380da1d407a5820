import { closeSync, openSync, readSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { openFile } from '#adapters/source/byteSource.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { lineText, readLines } from '#adapters/source/lines.ts';
import { wholeOf } from '#adapters/source/parts.ts';
import { rowReader } from '#adapters/source/row.ts';
import { retail } from '#domain/index.ts';
import type { Benchmark } from './benchmark.ts';
import { type Clocked, consume, measureInTurn, rate, type Subject, timeRatio } from './measure.ts';
import { type BulkFile, EXTRACTION, inTemporaryDirectory, writeBulkFile } from './rows.ts';
import type { Row } from './table.ts';

const DEFAULT_MEGABYTES = 200;
const MEMBERS = 100_000;

/** AppFlow files to observations, as loadFile reads them, against read + split + JSON.parse of the same bytes. */
export const ndjson: Benchmark = {
  name: 'ndjson',
  about: 'AppFlow files to observations, against read + split + JSON.parse',
  run: ({ rounds, size, say }) =>
    inTemporaryDirectory(async (directory) => {
      const bytes = ((size.megabytes ?? DEFAULT_MEGABYTES) * 1_000_000) / 2;
      const contacts = await writeBulkFile(directory, 'Contact', MEMBERS, { bytes });
      const orders = await writeBulkFile(directory, 'Order', MEMBERS, { bytes });
      const files = [contacts, orders];
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      const rows = files.reduce((sum, file) => sum + file.rows, 0);
      say(`${rows} rows, ${Math.round(total / 1e6)} MB, ${Math.round(total / rows)} bytes a row`);

      const peaks = new Map<string, number>();
      const sampled = ({ name, run }: Subject): Subject => ({
        name,
        run: async () => {
          const work = await run();
          peaks.set(name, Math.max(peaks.get(name) ?? 0, process.memoryUsage.rss()));
          return work;
        },
      });
      const subjects = [
        { name: BASE, run: () => parseAll(files) },
        { name: SUBJECT, run: () => observeAll(files) },
        { name: AGAIN, run: () => parseAll(files) },
      ].map(sampled);
      const samples = await measureInTurn(subjects, rounds);

      const bytesPerRow = total / rows;
      const row = (name: string): Row => {
        const ratio = (clock: Clocked) => timeRatio(samples, name, BASE, clock);
        const perSecond = rate(samples, name, 'cpuMs').median;
        return {
          variant: name,
          ...(name === BASE ? { 'CPU time ratio': 1, 'wall time ratio': 1 } : {}),
          ...(name === BASE ? {} : { 'CPU time ratio': ratio('cpuMs'), 'wall time ratio': ratio('wallMs') }),
          'rows/CPU s': perSecond,
          'rows/s': rate(samples, name, 'wallMs').median,
          'MB/s': (rate(samples, name, 'wallMs').median * bytesPerRow) / 1e6,
          'RSS, MB': (peaks.get(name) ?? 0) / 1e6,
        };
      };
      return {
        name: 'ndjson',
        tables: [{ title: `${rows} rows, ${Math.round(total / 1e6)} MB`, rows: subjects.map(({ name }) => row(name)) }],
      };
    }),
};

const BASE = 'read + split + JSON.parse';
const AGAIN = 'the same once more (noise)';
const SUBJECT = 'billfold: read + split + parse + observe';

const NEWLINE = 0x0a;

const parseAll = (files: readonly BulkFile[]): number => files.reduce((rows, { path }) => rows + parseLines(path), 0);

/** The least that reads rows: no faults, no places, no UTF-8 checked. */
export const parseLines = (path: string): number => {
  const file = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  let rows = 0;
  let kept = 0;
  for (
    let read = readSync(file, chunk, 0, chunk.length, null);
    read > 0;
    read = readSync(file, chunk, kept, chunk.length - kept, null)
  ) {
    const end = kept + read;
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1 && to < end; to = chunk.indexOf(NEWLINE, from)) {
      consume(JSON.parse(chunk.toString('utf8', from, to)));
      rows += 1;
      from = to + 1;
    }
    chunk.copy(chunk, 0, from, end);
    kept = end - from;
  }
  closeSync(file);
  return rows;
};

const observeAll = async (files: readonly BulkFile[]): Promise<number> => {
  let rows = 0;
  for (const { object, path } of files) {
    const reader = rowReader(retail, object, EXTRACTION, path);
    if (O.isNone(reader)) throw new Error(`${object} is not mapped`);
    const file = await openFile(path);
    for await (const { lines } of readLines(file, await wholeOf(file)))
      for (const line of lines) {
        if (line.type === 'fault') throw new Error(line.fault.expected);
        const observation = reader.value(parseExactJson(lineText(line.bytes)), line.offset);
        if (E.isLeft(observation)) throw new Error(`${observation.left.path}: ${observation.left.expected}`);
        consume(observation.right);
        rows += 1;
      }
    await file.close();
  }
  return rows;
};
