import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { isApiName, type Mapping } from '#domain/index.ts';
import { exploreFile } from '../../source/exploreFile.ts';
import type { FieldProfile } from '../../source/profileField.ts';
import { type ObjectProfile, profileObject } from '../../source/profileObject.ts';
import { progressBar } from '../bar.ts';
import { CommandFailed } from '../client.ts';
import { mappingOf, mappingOption } from '../mappingOption.ts';
import { objectOf } from '../objectOf.ts';
import { paint, print, printJson, table } from '../print.ts';

export const exploreCommand = (): Command =>
  new Command('explore')
    .description('look into AppFlow files (NDJSON, plain or gzip) before they are loaded; needs no running billfold')
    .argument('<files...>')
    .option('--object <name>', 'what the rows are; else read from the file name or its folders')
    .addOption(mappingOption())
    .option('--json', 'print the profiles as JSON')
    .action(async (paths: string[], options: { object?: string; mapping: string; json?: boolean }) => {
      const mapping = await mappingOf(options.mapping);
      const profiles = await explore(mapping, await filesAt(paths, mapping, options.object));
      if (options.json) printJson(profiles);
      else print(profiles.map((profile) => describe(profile, options.mapping)).join('\n\n'));
    });

type ExploredFile = { readonly path: string; readonly object: string; readonly bytes: number };
type Explored = ObjectProfile & { readonly files: number; readonly bytes: number };

const filesAt = async (
  paths: readonly string[],
  mapping: Mapping,
  object: string | undefined,
): Promise<readonly ExploredFile[]> => {
  const names = { objects: Object.keys(mapping.objects), flows: mapping.flows };
  const files: ExploredFile[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found === null) throw new CommandFailed(`${path}: no such file`);
    if (!found.isFile()) throw new CommandFailed(`${path}: not a file; name the files in it, such as ${path}/*`);
    // An object that no mapping knows yet is worth a look all the more.
    const meant = object ?? objectOf(path, names) ?? likelyObject(path);
    files.push({ path, object: meant, bytes: found.size });
  }
  return files;
};

/** The name of the file, or of the folder above the execution id, if it could be an object's. */
const likelyObject = (path: string): string => {
  const name = basename(path).split('.')[0] ?? '';
  const folder = basename(dirname(dirname(resolve(path))));
  return !isApiName(name) && isApiName(folder) ? folder : name;
};

const explore = async (mapping: Mapping, files: readonly ExploredFile[]): Promise<readonly Explored[]> => {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const bar = progressBar('{bar} {percentage} %  {eta_formatted} left  {file}');
  if (bar !== null) process.once('SIGINT', () => process.exit(130));
  bar?.start(Math.max(total, 1), 0, { file: '' });
  const explored: Explored[] = [];
  let done = 0;
  try {
    for (const [object, ofObject] of Map.groupBy(files, (file) => file.object)) {
      const profiler = profileObject(mapping, object);
      let bytes = 0;
      for (const { path } of ofObject) {
        const size = await exploreFile(path, profiler, (read) => bar?.update(done + read, { file: basename(path) }));
        done += size;
        bytes += size;
      }
      explored.push({ ...profiler.report(), files: ofObject.length, bytes });
    }
  } finally {
    bar?.stop();
  }
  return explored;
};

const describe = (profile: Explored, mappingName: string): string => {
  const { object, role, rows, files, bytes, fields, ignored, missing, refused } = profile;
  const volume = `${counted(files, 'file')}, ${counted(rows, 'row')}, ${sizeText(bytes)}`;
  const lines = [
    `${paint('bold', object)}  ${role === null ? `not read by ${mappingName}` : `read as ${role}`}  ${volume}`,
  ];
  if (fields.length > 0) lines.push(table([HEADINGS, ...fields.map(row)]));
  // Of an object that is not read, all fields are ignored: that has been said.
  if (role !== null && ignored.length > 0) lines.push(`Not read by ${mappingName}: ${ignored.join(', ')}`);
  if (missing.length > 0)
    lines.push(
      paint(
        'yellow',
        `Mapped, but in no row: ${missing.map(({ field, attribute }) => `${field} (${attribute})`).join(', ')}`,
      ),
      '  The flow does not map it, the object has no such field, or the user of the connection is not permitted to see it.',
    );
  for (const { path, expected, rows: count } of refused.slice(0, MAX_REASONS))
    lines.push(paint('yellow', `Would go to quarantine: ${counted(count, 'row')}, ${path}: ${expected}`));
  if (refused.length > MAX_REASONS)
    lines.push(`  … and ${refused.length - MAX_REASONS} more reasons (--json lists them)`);
  return lines.join('\n');
};

const MAX_REASONS = 5;
const HEADINGS = ['  field', 'read as', 'types', 'empty', 'different', 'values or formats'];

const row = ({
  field,
  readAs,
  types,
  emptyRate,
  distinct,
  isPersonal,
  values,
  formats,
}: FieldProfile): readonly string[] => [
  `  ${field}`,
  readAs ?? '-',
  types.join(', ') || '-',
  `${Math.round(emptyRate * 100)} %`,
  distinct.isMore ? `over ${distinct.count}` : String(distinct.count),
  isPersonal ? 'not shown: may be personal' : (values.length > 0 ? values : formats).join(', '),
];

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const sizeText = (bytes: number): string => {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
};
