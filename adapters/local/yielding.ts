import type { LoadFileDeps } from '../source/loadFile.ts';

/** A load that asks for room before each of its transactions. What it has merged by then is merged again where somebody was faster meanwhile. */
export const yielding = <Deps extends LoadFileDeps>(deps: Deps, untilRoom: () => Promise<void>): Deps => {
  const { records } = deps;
  return {
    ...deps,
    records: {
      ...records,
      commit: (transaction: Parameters<typeof records.commit>[0]) => async () => {
        await untilRoom();
        return records.commit(transaction)();
      },
    },
  };
};
