import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import type { QuarantineItem, QuarantineStore, ReadFailure } from '#domain/index.ts';

/** Every item with its text, opened. */
export async function* quarantined(
  quarantine: Pick<QuarantineStore, 'list' | 'get'>,
): AsyncGenerator<E.Either<ReadFailure, QuarantineItem>> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ReturnType<QuarantineStore['list']>>> = await quarantine.list(cursor, 250)();
    if (E.isLeft(page)) return yield page;
    for (const { id } of page.right.items) {
      const found = await quarantine.get(id)();
      if (E.isLeft(found)) yield found;
      else if (O.isSome(found.right)) yield E.right(found.right.value);
    }
    cursor = page.right.cursor;
  } while (cursor !== null);
}

/** Drops what holds a text about the member: it was never understood, and is not tried again. How many. */
export const dropQuarantined = async (
  quarantine: Pick<QuarantineStore, 'list' | 'get' | 'drop'>,
  isAbout: (text: string) => boolean,
): Promise<E.Either<ReadFailure, number>> => {
  let dropped = 0;
  for await (const item of quarantined(quarantine)) {
    if (E.isLeft(item)) return item;
    if (item.right.content === null || !isAbout(item.right.content)) continue;
    const gone = await quarantine.drop(item.right.id)();
    if (E.isLeft(gone)) return gone;
    dropped += 1;
  }
  return E.right(dropped);
};
