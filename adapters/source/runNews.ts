import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  type EpochMs,
  type Mapping,
  meaningOf,
  objectOfFlow,
  type RunFact,
  type RunRef,
  readInstant,
} from '#domain/index.ts';
import type { InputFault } from './fault.ts';

/** What an event says about one flow run. */
export type RunNews = { readonly ref: RunRef; readonly fact: RunFact };

type Envelope = Readonly<Record<string, unknown>>;

/** AppFlow's own events, and S3's about the files it writes: hints, delivered at best once, in no order. */
export const isRunNews = ({ source }: Envelope): boolean => source === 'aws.appflow' || source === 'aws.s3';

/** null: of no concern. A flow that was deactivated is: nobody would notice it otherwise, so it stands aside. */
export const readRunNews = (mapping: Mapping, envelope: Envelope): E.Either<InputFault, RunNews | null> => {
  const detail = isObject(envelope.detail) ? envelope.detail : {};
  const kind = envelope['detail-type'];
  if (envelope.source === 'aws.s3') return E.right(kind === 'Object Created' ? createdFile(mapping, detail) : null);
  if (kind === 'AppFlow Start Flow Run Report') return startReport(detail);
  if (kind === 'AppFlow End Flow Run Report') return endReport(detail);
  return typeof kind === 'string' && kind.endsWith('Deactivated')
    ? fault('detail-type', 'expected an active flow: this one was deactivated')
    : E.right(null);
};

const startReport = (detail: Envelope): E.Either<InputFault, RunNews> => {
  const ref = refOf(detail);
  if (E.isLeft(ref)) return ref;
  const startedAt = reportTime(detail['start-time']);
  return startedAt === null
    ? fault('detail.start-time', 'expected a date and time')
    : E.right({ ref: ref.right, fact: { type: 'StartReported', startedAt } });
};

/** Counters come as text, a failed run brings `error` (AppFlow guide, "Flow notifications"). */
const endReport = (detail: Envelope): E.Either<InputFault, RunNews> => {
  const ref = refOf(detail);
  if (E.isLeft(ref)) return ref;
  const endedAt = reportTime(detail['end-time']);
  if (endedAt === null) return fault('detail.end-time', 'expected a date and time');
  if (typeof detail.status !== 'string') return fault('detail.status', 'expected a status');
  const end = {
    endedAt,
    isSuccessful: detail.status === 'Execution Successful',
    rows: counter(detail['num-of-records-processed']),
    failures: counter(detail['num-of-record-failures']) ?? 0,
    error: errorOf(detail),
  };
  return E.right({ ref: ref.right, fact: { type: 'EndReported', startedAt: reportTime(detail['start-time']), end } });
};

/** <prefix>/<flow>/…/<execution id>/<file>: the flow is one that is mapped, the execution id looks like one (AppFlow guide, "Partitioning"). */
const createdFile = (mapping: Mapping, detail: Envelope): RunNews | null => {
  const key = isObject(detail.object) && typeof detail.object.key === 'string' ? detail.object.key : '';
  const parts = key.split('/');
  const flowAt = parts.findIndex((part) => meaningOf(mapping, objectOfFlow(mapping, part)) !== undefined);
  const executionAt = parts.findIndex((part, at) => at > flowAt && EXECUTION_ID.test(part));
  const [flow, executionId, file] = [parts[flowAt], parts[executionAt], parts.slice(executionAt + 1).join('/')];
  if (flowAt < 0 || executionAt < 0 || flow === undefined || executionId === undefined || file === '') return null;
  return { ref: { flow, executionId }, fact: { type: 'FileHinted', file } };
};

const EXECUTION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const refOf = (detail: Envelope): E.Either<InputFault, RunRef> => {
  const { 'flow-name': flow, 'execution-id': executionId } = detail;
  if (typeof flow !== 'string' || flow === '' || flow.includes('/'))
    return fault('detail.flow-name', 'expected the name of a flow');
  if (typeof executionId !== 'string' || executionId === '')
    return fault('detail.execution-id', 'expected an execution id');
  return E.right({ flow, executionId });
};

/** "2026-11-02T10:00:03.101Z[UTC]": RFC 9557, of which the bracket says nothing that Z does not. */
const reportTime = (raw: unknown): EpochMs | null =>
  typeof raw === 'string' ? O.toNullable(readInstant(raw.replace(/\[[^\]]*\]$/, ''))) : null;

const counter = (raw: unknown): number | null => {
  const text = typeof raw === 'number' ? String(raw) : raw;
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
};

const errorOf = ({ error }: Envelope): string | null => (typeof error === 'string' ? error.slice(0, 1_000) : null);

const fault = (path: string, expected: string): E.Either<InputFault, never> => E.left({ path, expected });

const isObject = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
