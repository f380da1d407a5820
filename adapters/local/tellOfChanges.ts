import * as E from 'fp-ts/lib/Either.js';
import type { ViewStore } from '#domain/index.ts';

/** The views; tells of each LIVE that was replaced and shows its holder something new. */
export const tellOfChanges = (views: ViewStore, onChanged: () => void): ViewStore => ({
  ...views,
  replace: (live) => async () => {
    const replaced = await views.replace(live)();
    if (E.isRight(replaced) && live.change !== null) onChanged();
    return replaced;
  },
});
