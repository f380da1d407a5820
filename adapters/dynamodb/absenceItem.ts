import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { AbsenceJob, Miss, StoreCorrupt } from '#domain/index.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care, in the ops table:
 *
 *   p "absence"       s object   ver, f  format    r  JSON AbsenceJob without ver
 *   p "miss#object"   s id       first, last: when the loads that left the record out began
 */
const Cursor = t.union([t.string, t.null]);
const Job = t.strict(
  {
    object: t.string,
    runs: t.array(t.string),
    startedAt: t.number,
    previousStartedAt: t.union([t.number, t.null]),
    rows: t.number,
    known: t.number,
    missedTwice: t.number,
    buried: t.number,
    phase: t.union([
      t.strict({ type: t.literal('comparing'), cursor: Cursor }),
      t.strict({ type: t.literal('burying'), cursor: Cursor }),
      t.strict({ type: t.literal('held'), why: t.keyof({ TooMany: null, EmptyLoad: null, FilesUnreadable: null }) }),
      t.strict({ type: t.literal('done') }),
    ]),
  },
  'AbsenceJob',
);

const FORMAT = 1;

export const absenceKey = (object: string): Item => ({ p: { S: 'absence' }, s: { S: object } });

export const absenceItem = ({ ver, ...job }: AbsenceJob): Item => ({
  ...absenceKey(job.object),
  ver: number(ver),
  f: number(FORMAT),
  r: { S: JSON.stringify(job) },
});

export const readAbsence = (item: ItemImage): E.Either<StoreCorrupt, AbsenceJob> => {
  const bad = (reason: string) => E.left(corrupt(`absence of ${textIn(item, 's')}`, reason));
  const ver = numberIn(item, 'ver');
  if (ver === undefined || (numberIn(item, 'f') ?? FORMAT + 1) > FORMAT)
    return bad(`expected format ${FORMAT} or older`);
  const job = decodedJson(Job, textIn(item, 'r') ?? '');
  return E.isLeft(job) ? bad(job.left) : E.right({ ...job.right, ver });
};

export const missPartition = (object: string): string => `miss#${object}`;

export const missKey = (object: string, id: string): Item => ({ p: { S: missPartition(object) }, s: { S: id } });

export const missItem = (object: string, { id, first, last }: Miss): Item => ({
  ...missKey(object, id),
  first: number(first),
  last: number(last),
});

export const readMiss = (item: ItemImage): E.Either<StoreCorrupt, Miss> => {
  const [id, first, last] = [textIn(item, 's'), numberIn(item, 'first'), numberIn(item, 'last')];
  return id === undefined || first === undefined || last === undefined
    ? E.left(corrupt(textIn(item, 'p') ?? 'miss', 'expected a miss'))
    : E.right({ id, first, last });
};
