import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  type Audit,
  type EpochMs,
  type HeardRun,
  noAudit,
  type RunFile,
  type RunRef,
  type RunReports,
  runKey,
  type StoreCorrupt,
} from '#domain/index.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: a run is a partition of the ops table, an item for each file and one for what AppFlow said.
 *
 *   p "run#flow/execution"   s "reports"      ver, f  format    r  JSON RunReports
 *   p "run#flow/execution"   s "file#name"    ver, f  format    r  JSON RunFile
 *   p "runs", p "runs#flow"  s "<first heard of, 15 digits>#flow/execution"    the same run, to be listed
 */
const Nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);
const Reports = t.strict(
  {
    startedAt: Nullable(t.number),
    end: Nullable(
      t.strict({
        endedAt: t.number,
        isSuccessful: t.boolean,
        rows: Nullable(t.number),
        failures: t.number,
        error: Nullable(t.string),
      }),
    ),
  },
  'RunReports',
);
const Audits = t.readonly(t.record(t.string, t.strict({ missed: t.number, wrong: t.number })));
/** audit: files loaded before there was one have none. */
const File = t.strict(
  {
    extraction: Nullable(t.strict({ at: t.number, known: t.boolean })),
    loaded: Nullable(t.strict({ rows: t.number, unreadable: t.number, audit: t.union([Audits, t.undefined]) })),
  },
  'RunFile',
);

const FORMAT = 1;
const FILE_PREFIX = 'file#';

export const runPartition = (ref: RunRef): string => `run#${runKey(ref)}`;
export const reportsKey = (ref: RunRef): Item => ({ p: { S: runPartition(ref) }, s: { S: 'reports' } });
export const fileKey = (ref: RunRef, file: string): Item => ({
  p: { S: runPartition(ref) },
  s: { S: `${FILE_PREFIX}${file}` },
});

/** The name of the file that an item is about; null: it is the reports. */
export const fileNameIn = (item: ItemImage): string | null => {
  const s = textIn(item, 's') ?? '';
  return s.startsWith(FILE_PREFIX) ? s.slice(FILE_PREFIX.length) : null;
};

/** What is known, and how often it was written. */
export type Versioned<A> = { readonly value: A; readonly ver: number };

export const runItem = (key: Item, { value, ver }: Versioned<RunReports | RunFile>): Item => ({
  ...key,
  ver: number(ver),
  f: number(FORMAT),
  r: { S: JSON.stringify(value, withoutNoAudit) },
});

/** Most files show nothing. */
const withoutNoAudit = (key: string, value: unknown): unknown =>
  key === 'audit' && Object.keys(value as Audit).length === 0 ? undefined : value;

export const readReports = (item: ItemImage) => readVersioned<RunReports>(Reports, item);
export const readFile = (item: ItemImage): E.Either<StoreCorrupt, Versioned<RunFile>> =>
  E.map(({ value: { extraction, loaded }, ver }: Versioned<t.TypeOf<typeof File>>) => ({
    value: { extraction, loaded: loaded === null ? null : { ...loaded, audit: loaded.audit ?? noAudit } },
    ver,
  }))(readVersioned(File, item));

const readVersioned = <A>(codec: t.Type<A, unknown>, item: ItemImage): E.Either<StoreCorrupt, Versioned<A>> => {
  const bad = (reason: string) => E.left(corrupt(textIn(item, 'p') ?? 'run', reason));
  const ver = numberIn(item, 'ver');
  if (ver === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return bad(`expected format ${FORMAT} or older`);
  const value = decodedJson(codec, textIn(item, 'r') ?? '');
  return E.isLeft(value) ? bad(value.left) : E.right({ value: value.right, ver });
};

/** The listing of all runs, or of one flow's. */
export const listPartition = (flow: string | null): string => (flow === null ? 'runs' : `runs#${flow}`);

export const listItems = (ref: RunRef, heardAt: EpochMs): readonly Item[] =>
  [null, ref.flow].map((flow) => ({
    p: { S: listPartition(flow) },
    s: { S: `${String(Math.floor(heardAt)).padStart(15, '0')}#${runKey(ref)}` },
    flow: { S: ref.flow },
    execution: { S: ref.executionId },
  }));

export const readHeardRun = (item: ItemImage): E.Either<StoreCorrupt, HeardRun> => {
  const [flow, executionId] = [textIn(item, 'flow'), textIn(item, 'execution')];
  const heardAt = Number((textIn(item, 's') ?? '').slice(0, 15));
  return flow === undefined || executionId === undefined || Number.isNaN(heardAt)
    ? E.left(corrupt('runs', 'expected a run'))
    : E.right({ ref: { flow, executionId }, heardAt });
};
