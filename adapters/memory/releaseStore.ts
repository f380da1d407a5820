import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { firstRelease, type Release, type ReleaseStore } from '#domain/index.ts';

/** Which versions are live, as a specification. */
export const memoryReleaseStore = (): ReleaseStore => {
  let stored: Release = firstRelease;
  let floor = 0;
  return {
    load: () => TE.fromIO(() => stored),
    replace: (release) => async () => {
      if (stored.epoch !== release.epoch - 1) return E.left({ type: 'ViewLostRace' });
      stored = release;
      return E.right(undefined);
    },
    floor: () => TE.fromIO(() => floor),
    raiseFloor: (to) =>
      TE.fromIO(() => {
        floor = Math.max(floor, to);
        return floor;
      }),
    walkTo: (epoch, cursor) =>
      TE.fromIO(() => {
        if (stored.epoch !== epoch || stored.walk === null) return;
        stored = { ...stored, walk: cursor === 'done' ? null : { ...stored.walk, cursor } };
      }),
  };
};
