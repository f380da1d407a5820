import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import type { MappingListing } from '../../http/answers/mapping.ts';
import type { RuntimeStatus } from '../../http/answers/status.ts';
import { inboxName } from '../../inboxName.ts';
import type { Bar } from '../bar.ts';
import { progressBar } from '../bar.ts';
import { type Client, CommandFailed } from '../client.ts';
import { type Names, objectOf } from '../objectOf.ts';
import { note, print, printJson } from '../print.ts';

export const ingestCommand = (client: Client): Command =>
  new Command('ingest')
    .description('load AppFlow files (NDJSON, plain or gzip) into a running billfold')
    .argument('<files...>')
    .option(
      '--object <name>',
      'what the rows are, as the mapping calls it; else read from the file name or its folders',
    )
    .option('--json', 'print the result as JSON')
    .action(async (files: string[], options: { object?: string; json?: boolean }) => {
      const found: Found[] = [];
      for (const path of files) found.push(await find(path));
      const names = options.object === undefined ? await namesIn(client) : null;
      const addressed = found.map((file) => ({ ...file, object: options.object ?? meantBy(file.path, names) }));
      const bar = progressBar('{bar} {percentage} %  {rows} rows  {eta_formatted} left');
      if (bar !== null) process.once('SIGINT', () => process.exit(130));
      const results: Result[] = [];
      for (const file of addressed) {
        const result = await ingestFile(client, bar, file);
        results.push(result);
        if (!options.json) print(describe(result));
      }
      if (options.json) printJson(results);
      if (results.some(({ quarantined }) => quarantined > 0)) note('"billfold quarantine" says why.');
      if (results.some(nothingWasRead)) process.exitCode = 1;
    });

type Found = { readonly path: string; readonly modifiedAt: number };
type Addressed = Found & { readonly object: string };
type Result = LoadedFile & { readonly path: string };

/** All files are looked at before the first is sent. */
const find = async (path: string): Promise<Found> => {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new CommandFailed(`${path}: no such file`);
  if (!found.isFile()) throw new CommandFailed(`${path}: not a file; name the files in it, such as ${path}/*`);
  return { path, modifiedAt: Math.floor(found.mtimeMs) };
};

const meantBy = (path: string, names: Names | null): string => {
  const object = names === null ? null : objectOf(path, names);
  if (object !== null) return object;
  const known = names?.objects.join(', ') ?? '';
  throw new CommandFailed(`${path}: cannot tell the object from the name; say --object (${known})`);
};

/** As the running billfold maps them. */
const namesIn = async (client: Client): Promise<Names> => {
  const { objects, flows } = (await client.get('/api/mapping')) as MappingListing;
  return { objects: Object.keys(objects), flows };
};

const describe = ({ path, rows, recordsChanged, eventsAppended, quarantined }: Result): string =>
  `${path}: ${rows} rows, ${recordsChanged} records changed, ${eventsAppended} events` +
  (quarantined > 0 ? `, ${quarantined} in quarantine` : '');

/** Some rows in quarantine are for a person to look at; a file of which every row is, has not been ingested. */
const nothingWasRead = ({ rows, quarantined }: Result): boolean => quarantined > 0 && quarantined >= rows;

type LoadedFile = RuntimeStatus['inbox']['recent'][number];

const ingestFile = async (
  client: Client,
  bar: Bar | null,
  { path, object, modifiedAt }: Addressed,
): Promise<Result> => {
  const place = `/api/inbox/${encodeURIComponent(object)}/${encodeURIComponent(inboxName(basename(path)))}`;
  const sent = await client.request(`${place}?modified=${modifiedAt}`, {
    method: 'PUT',
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    duplex: 'half',
  });
  const { file } = (await sent.json()) as { file: string };
  return { path, ...(await follow(client, bar, file)) };
};

const POLL_MS = 200;

/** A bar where a terminal is attached; the running billfold says how far it is. */
const follow = async (client: Client, bar: Bar | null, file: string): Promise<LoadedFile> => {
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
