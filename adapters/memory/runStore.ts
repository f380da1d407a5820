import * as TE from 'fp-ts/lib/TaskEither.js';
import {
  type Clock,
  joinRun,
  type Run,
  type RunFact,
  type RunRef,
  type RunStore,
  runKey,
  unheardOfRun,
} from '#domain/index.ts';

/** The run ledger as a specification. */
export const memoryRunStore = (clock: Clock): RunStore => {
  const runs = new Map<string, { readonly run: Run; readonly heardAt: number }>();
  const load = (ref: RunRef): Run => runs.get(runKey(ref))?.run ?? unheardOfRun(ref);
  const join = (ref: RunRef, fact: RunFact): void => {
    const heardAt = runs.get(runKey(ref))?.heardAt ?? clock();
    runs.set(runKey(ref), { run: joinRun(load(ref), fact), heardAt });
  };
  const placeOf = (ref: RunRef, heardAt: number): string => `${String(heardAt).padStart(15, '0')}#${runKey(ref)}`;

  return {
    open: (ref, file, modifiedAt) =>
      TE.fromIO(() => {
        const { files, startedAt } = load(ref);
        const extraction = files.get(file)?.extraction ?? { at: startedAt ?? modifiedAt, known: startedAt !== null };
        join(ref, { type: 'FileOpened', file, extraction });
        return extraction;
      }),
    record: (ref, fact) => TE.fromIO(() => join(ref, fact)),
    load: (ref) => TE.fromIO(() => load(ref)),
    list: (flow, { cursor, limit }) =>
      TE.fromIO(() => {
        const page = [...runs.values()]
          .map(({ run: { ref }, heardAt }) => ({ place: placeOf(ref, heardAt), ref, heardAt }))
          .filter(({ ref, place }) => (flow === null || ref.flow === flow) && (cursor === null || place < cursor))
          .sort((a, b) => (a.place < b.place ? 1 : -1))
          .slice(0, limit);
        return {
          runs: page.map(({ ref, heardAt }) => ({ ref, heardAt })),
          cursor: page.length < limit ? null : (page.at(-1)?.place ?? null),
        };
      }),
  };
};
