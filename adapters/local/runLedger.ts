import * as E from 'fp-ts/lib/Either.js';
import { type EpochMs, type Extraction, failureText, type RunRef, type RunStore } from '#domain/index.ts';
import type { LoadReport } from '../source/loadFile.ts';

/** The run ledger as the inbox writes it: <flow>/<execution id>/<file>. A file that stands elsewhere belongs to no run. */
export type RunLedger = {
  /** When the file's rows were extracted, fixed from now on. */
  readonly open: (name: string, modifiedAt: EpochMs) => Promise<Extraction>;
  readonly loaded: (name: string, extraction: Extraction, report: LoadReport) => Promise<void>;
};

export type RunLedgerDeps = {
  readonly runs: Pick<RunStore, 'open' | 'record'>;
  readonly onLoaded: (ref: RunRef) => void;
};

export const runLedger = ({ runs, onLoaded }: RunLedgerDeps): RunLedger => ({
  open: async (name, modifiedAt) => {
    const place = placeOf(name);
    if (place === null) return { at: modifiedAt, known: false };
    return done(await runs.open(place.ref, place.file, modifiedAt)());
  },
  loaded: async (name, extraction, { rows, quarantined, audit }) => {
    const place = placeOf(name);
    if (place === null) return;
    const { ref, file } = place;
    done(await runs.record(ref, { type: 'FileLoaded', file, extraction, rows, unreadable: quarantined, audit })());
    onLoaded(ref);
  },
});

const placeOf = (name: string): { readonly ref: RunRef; readonly file: string } | null => {
  const [flow, executionId, ...file] = name.split('/');
  return flow === undefined || executionId === undefined || file.length === 0
    ? null
    : { ref: { flow, executionId }, file: file.join('/') };
};

/** The inbox tries a file again that could not be loaded; the ledger is part of that. */
const done = <A>(result: E.Either<Parameters<typeof failureText>[0], A>): A => {
  if (E.isLeft(result)) throw new Error(failureText(result.left));
  return result.right;
};
