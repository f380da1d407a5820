import * as E from 'fp-ts/lib/Either.js';
import { failureText, type Origin, objectOfFlow, originText, type RunStore } from '#domain/index.ts';
import type { S3Objects } from '../s3/objects.ts';
import { type ByteSource, BytesUnreadable } from '../source/byteSource.ts';
import type { InputFault } from '../source/fault.ts';
import { type Landed, landedAt } from '../source/landing.ts';
import { type LoadFileDeps, type LoadReport, loadRows } from '../source/loadFile.ts';
import { type PartMessage, readPartMessage } from '../source/partMessage.ts';
import { partName } from '../source/parts.ts';
import { quarantined } from '../source/quarantined.ts';
import type { QueueBatch, QueueBatchResponse, QueueMessage } from './ingest.ts';

export type LoadPartDeps = LoadFileDeps & {
  readonly runs: Pick<RunStore, 'open' | 'record'>;
  readonly objects: Pick<S3Objects, 'at'>;
  readonly onLoaded: (part: string, report: LoadReport) => void;
  /** The object was overwritten after it was split. */
  readonly onReplaced: (part: string) => void;
  readonly onFailure: (where: string, reason: string) => void;
};

/** How long this call may still run, in ms. */
export type RemainingMs = () => number;

/**
 * Parts of files, from the queue into records and events, by the workflow of the inbox. A part is done again where its worker died or gave it back: what was
 * merged before says nothing new. Given back means that the queue brings it again, to whoever is there by then.
 */
export const loadPartHandler =
  (deps: LoadPartDeps) =>
  async ({ Records }: QueueBatch, remainingMs: RemainingMs): Promise<QueueBatchResponse> => {
    const failed: { readonly itemIdentifier: string }[] = [];
    for (const message of Records) {
      const failure = await loadMessage(deps, message, remainingMs);
      if (failure === null) continue;
      deps.onFailure(failure.where, failure.reason);
      failed.push({ itemIdentifier: message.messageId });
    }
    return { batchItemFailures: failed };
  };

/** Why the part has to come again. null: it need not. */
type Failure = { readonly where: string; readonly reason: string } | null;

const loadMessage = async (
  deps: LoadPartDeps,
  { messageId, body }: QueueMessage,
  remainingMs: RemainingMs,
): Promise<Failure> => {
  const message = readPartMessage(body);
  if (E.isLeft(message)) return putAside(deps, { type: 'event', eventId: messageId }, message.left);
  const landed = landedAt(message.right.key);
  if (landed === null)
    return putAside(
      deps,
      { type: 'event', eventId: messageId },
      { path: 'message.key', expected: 'expected a file that landed' },
    );
  const part = `${landed.name} from byte ${message.right.from}`;
  try {
    return await loadPart(deps, message.right, landed, part, remainingMs);
  } catch (error) {
    if (!(error instanceof BytesUnreadable) || error.type === 'unavailable')
      return { where: part, reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' };
    if (error.type === 'missing')
      return putAside(
        deps,
        { type: 'file', file: landed.name, offset: 0 },
        { path: 'file', expected: 'expected the file to be there still' },
      );
    // Of the version that it belongs to nothing can be read any more, and the other one has brought an event of its own. It stays unread in the ledger.
    deps.onReplaced(part);
    return null;
  }
};

const loadPart = async (
  deps: LoadPartDeps,
  { key, from, to, isPacked, ...version }: PartMessage,
  { ref, file: whole, name }: Landed,
  shown: string,
  remainingMs: RemainingMs,
): Promise<Failure> => {
  const part = { from, to, isPacked };
  const file = partName(whole, part);
  const opened = await deps.runs.open(ref, file, version.modifiedAt)();
  if (E.isLeft(opened)) return { where: shown, reason: failureText(opened.left) };
  const extraction = opened.right;
  const report = await loadRows({ ...deps, pause: briefly(deps, remainingMs) })({
    ...{ name, object: objectOfFlow(deps.mapping, ref.flow), extraction, part },
    source: whileThereIsTime(deps.objects.at(key, version), remainingMs),
  });
  const { rows, quarantined: unreadable, audit } = report;
  const recorded = await deps.runs.record(ref, { type: 'FileLoaded', file, extraction, rows, unreadable, audit })();
  if (E.isLeft(recorded)) return { where: shown, reason: failureText(recorded.left) };
  deps.onLoaded(shown, report);
  return null;
};

/** Enough for the batch that is on its way, and to say that the part is given back. */
const RESERVE_MS = 30_000;
/** Tries of one batch while the store is unavailable. Waiting costs as much as working, and the queue can wait longer. */
const MAX_TRIES = 6;

class GivenBack extends Error {
  override readonly name = 'GivenBack';
}

const briefly =
  ({ pause }: Pick<LoadFileDeps, 'pause'>, remainingMs: RemainingMs): LoadFileDeps['pause'] =>
  async (attempt) => {
    if (attempt >= MAX_TRIES) throw new GivenBack('the store is unavailable');
    if (remainingMs() < RESERVE_MS) throw new GivenBack('the store is unavailable, and the time is up');
    await pause(attempt);
  };

const whileThereIsTime = (source: ByteSource, remainingMs: RemainingMs): ByteSource => ({
  ...source,
  read: async function* (from, to) {
    for await (const chunk of source.read(from, to)) {
      if (remainingMs() < RESERVE_MS) throw new GivenBack('the time is up');
      yield chunk;
    }
  },
});

const putAside = async ({ quarantine, clock }: LoadPartDeps, origin: Origin, fault: InputFault): Promise<Failure> => {
  const kept = await quarantine.put([quarantined(origin, fault, clock(), null)])();
  return E.isLeft(kept) ? { where: originText(origin), reason: failureText(kept.left) } : null;
};
