import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { retail } from '#domain/index.ts';
import type { RuntimeStatus } from '../../local/status.ts';
import { type Client, CommandFailed } from '../client.ts';
import { note, print, printJson } from '../print.ts';

export const ingestCommand = (client: Client): Command =>
  new Command('ingest')
    .description('load AppFlow files (NDJSON, plain or gzip) into a running billfold')
    .argument('<files...>')
    .option('--object <name>', 'what the rows are; else read from the file name or its folders')
    .option('--json', 'print the result as JSON')
    .action(async (files: string[], options: { object?: string; json?: boolean }) => {
      const addressed = files.map((path) => ({ path, object: options.object ?? objectOf(path) }));
      const results = [];
      for (const { path, object } of addressed) results.push(await ingestFile(client, path, object));
      if (options.json) return printJson(results);
      for (const { path, file, rows, recordsChanged, eventsAppended, quarantined } of results)
        print(
          `${path} (${file}): ${rows} rows, ${recordsChanged} records changed, ${eventsAppended} events, ${quarantined} in quarantine`,
        );
      if (results.some(({ quarantined }) => quarantined > 0)) note('See "billfold quarantine".');
    });

/** contact-2026.jsonl, or a folder of AppFlow's tree: …/Contact/<execution id>/<file>. */
const objectOf = (path: string): string => {
  const parts = [basename(path).split(/[-.]/)[0] ?? '', ...dirname(path).split(/[\\/]/).reverse()];
  const known = Object.keys(retail.objects);
  const found = parts.map((part) => known.find((name) => name.toLowerCase() === part.toLowerCase())).find(Boolean);
  if (found === undefined)
    throw new CommandFailed(`${path}: cannot tell the object from the name; say --object (${known.join(', ')})`);
  return found;
};

type Result = LoadedFile & { readonly path: string };
type LoadedFile = RuntimeStatus['inbox']['recent'][number];

const ingestFile = async (client: Client, path: string, object: string): Promise<Result> => {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) throw new CommandFailed(`${path}: no such file`);
  const name = encodeURIComponent(
    basename(path)
      .replaceAll(/[^\w.@!#-]/g, '_')
      .replace(/^[^a-zA-Z0-9_]/, '_'),
  );
  const sent = await client.request(`/api/inbox/${object}/${name}?modified=${Math.floor(found.mtimeMs)}`, {
    method: 'PUT',
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    duplex: 'half',
  });
  const { file } = (await sent.json()) as { file: string };
  return { path, ...(await follow(client, file)) };
};

const POLL_MS = 200;

/** A bar where a terminal is attached; the running billfold says how far it is. */
const follow = async (client: Client, file: string): Promise<LoadedFile> => {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{bar} {percentage} %  {rows} rows  {eta_formatted} left',
        hideCursor: true,
        stream: process.stderr,
      })
    : null;
  bar?.start(1, 0, { rows: 0 });
  try {
    for (;;) {
      const { inbox } = (await client.get('/api/status')) as RuntimeStatus;
      const loaded = inbox.recent.find((recent) => recent.file === file);
      if (loaded !== undefined) return loaded;
      if (inbox.loading?.file === file) {
        bar?.setTotal(inbox.loading.bytesTotal);
        bar?.update(inbox.loading.bytesRead, { rows: inbox.loading.rows });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    bar?.stop();
  }
};
