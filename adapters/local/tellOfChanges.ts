import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ViewStore } from '#domain/index.ts';

/** The views; tells of each LIVE that was replaced and shows its holder something new. */
export const tellOfChanges = (views: ViewStore, onChanged: () => void): ViewStore => ({
  ...views,
  replace: (live) =>
    TE.map(() => {
      if (live.change !== null) onChanged();
    })(views.replace(live)),
});
