import { parentPort, workerData } from 'node:worker_threads';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type ByteSource, openFile } from '#adapters/source/byteSource.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { lineText, readLines } from '#adapters/source/lines.ts';
import type { Part } from '#adapters/source/parts.ts';
import { rowReader } from '#adapters/source/row.ts';
import { retail } from '#domain/index.ts';
import { consume } from './measure.ts';
import type { BulkFile } from './rows.ts';
import { EXTRACTION } from './rows.ts';

/** Reads and observes the lines of each part that it is sent; answers how many. */
const { object, path } = workerData as Pick<BulkFile, 'object' | 'path'>;
const reader = rowReader(retail, object, EXTRACTION, path);
if (O.isNone(reader)) throw new Error(`${object} is not mapped`);
const source: ByteSource = await openFile(path);

parentPort?.on('message', async (part: Part) => {
  let rows = 0;
  for await (const { lines } of readLines(source, part))
    for (const line of lines) {
      if (line.type === 'fault') throw new Error(line.fault.expected);
      const observation = reader.value(parseExactJson(lineText(line.bytes)), line.offset);
      if (E.isLeft(observation)) throw new Error(`${observation.left.path}: ${observation.left.expected}`);
      consume(observation.right);
      rows += 1;
    }
  parentPort?.postMessage(rows);
});
parentPort?.postMessage('ready');
