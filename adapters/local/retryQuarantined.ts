import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { failureText, type Mapping, originText, type QuarantineItem, type QuarantineStore } from '#domain/index.ts';
import type { RetryOutcome } from '../http/answers/quarantine.ts';
import { type IngestHandlerDeps, ingestHandler } from '../lambda/ingest.ts';
import { type LoadFileDeps, loadFile } from '../source/loadFile.ts';
import { reasonOf } from './functions.ts';
import { objectOfName } from './inbox.ts';
import type { RunLedger } from './runLedger.ts';

export type RetryDeps = LoadFileDeps &
  IngestHandlerDeps & {
    readonly quarantine: QuarantineStore;
    readonly mapping: Mapping;
    /** Knows when a file was extracted: fixed when it was first read. */
    readonly ledger: Pick<RunLedger, 'open'>;
    /** Where loaded files are kept: the origin of a file's item is a path below it. */
    readonly doneDir: string;
  };

/**
 * Reads quarantined input again, as it first came, with the mapping and the code of now. Whatever is understood is merged; an item that is
 * refused again stays, with what is now wrong with it. Items of one file are read in one pass.
 */
export const retryQuarantined =
  (deps: RetryDeps) =>
  async (ids: readonly string[]): Promise<readonly RetryOutcome[]> => {
    const outcomes: RetryOutcome[] = [];
    const items: QuarantineItem[] = [];
    for (const id of ids) {
      const found = await deps.quarantine.get(id)();
      if (E.isLeft(found)) outcomes.push({ type: 'impossible', id, reason: failureText(found.left) });
      else if (O.isNone(found.right)) outcomes.push({ type: 'impossible', id, reason: 'there is no such item' });
      else if (found.right.value.type === 'record') outcomes.push({ type: 'waitsForItsSource', id });
      else items.push(found.right.value);
    }
    for (const [source, ofSource] of Map.groupBy(items, sourceOf))
      outcomes.push(...(await retrySource(deps, source, ofSource)));
    return outcomes;
  };

const sourceOf = ({ origin }: QuarantineItem): string =>
  origin.type === 'event' ? `event ${origin.eventId}` : `file ${origin.file}`;

/**
 * One event, or one file: everything that it gives is seen again, so its items are known afresh. An item whose own fault is gone, while its line or event
 * is refused for another one, is not mended: the other one, listed under an id of its own, takes its place.
 */
const retrySource = async (
  deps: RetryDeps,
  source: string,
  items: readonly QuarantineItem[],
): Promise<readonly RetryOutcome[]> => {
  const refused = new Map<string, QuarantineItem>();
  const refusedAt = new Map<string, QuarantineItem>();
  const noted: Pick<QuarantineStore, 'put'> = {
    put: (again) => {
      for (const item of again) {
        refused.set(item.id, item);
        refusedAt.set(originText(item.origin), item);
      }
      return deps.quarantine.put(again);
    },
  };
  const failure = await readAgain({ ...deps, quarantine: noted }, items).catch(reasonOf);
  if (failure !== null) return items.map(({ id }) => ({ type: 'impossible', id, reason: `${source}: ${failure}` }));
  return Promise.all(
    items.map(async ({ id, origin }): Promise<RetryOutcome> => {
      if (!refused.has(id)) {
        const dropped = await deps.quarantine.drop(id)();
        if (E.isLeft(dropped)) return { type: 'impossible', id, reason: failureText(dropped.left) };
      }
      const again = refused.get(id) ?? refusedAt.get(originText(origin));
      return again === undefined
        ? { type: 'mended', id }
        : { type: 'refusedAgain', id, path: again.path, reason: again.reason };
    }),
  );
};

/** null: it was read, whatever came of it. */
const readAgain = async (
  deps: LoadFileDeps & IngestHandlerDeps & Pick<RetryDeps, 'doneDir' | 'ledger'>,
  items: readonly QuarantineItem[],
): Promise<string | null> => {
  const [first] = items;
  if (first === undefined) return null;
  const { origin, content } = first;
  if (origin.type === 'event') {
    if (content === null) return 'its text is gone';
    const { batchItemFailures } = await ingestHandler(deps)({
      Records: [{ messageId: origin.eventId, body: content }],
    });
    return batchItemFailures.length > 0 ? 'the store is unavailable' : null;
  }
  const paths = await copiesOf(join(deps.doneDir, ...origin.file.split('/')));
  if (paths.length === 0) return 'the file is not there any more';
  const object = objectOfName(deps.mapping, origin.file);
  for (const { path, modifiedAt } of paths) {
    const extraction = await deps.ledger.open(origin.file, modifiedAt);
    await loadFile(deps)({ path, name: origin.file, object, extraction });
  }
  return null;
};

/**
 * A name that came more than once is kept once more each time (inbox.ts, freeName); an item does not say which of them it is from. A file that was
 * called so from the start is taken for a copy too: its faults are then listed under both names, and none is lost.
 */
const copiesOf = async (target: string): Promise<readonly { readonly path: string; readonly modifiedAt: number }[]> => {
  const copies: { path: string; modifiedAt: number }[] = [];
  for (let path = target; ; path = `${target}.${copies.length + 1}`) {
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) return copies;
    copies.push({ path, modifiedAt: Math.floor(found.mtimeMs) });
  }
};
