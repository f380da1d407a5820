/** An event on its way to a bus; detail is JSON text. */
export type BusEntry = { readonly source: string; readonly detailType: string; readonly detail: string };

/** EventBridge: at most ten entries, and 1 MB in all, in one PutEvents (API reference, PutEvents, read November 2026). */
const MAX_ENTRIES = 10;
const MAX_BYTES = 900_000;

/** What goes together into one PutEvents, in order. entryOf: what of it goes there. */
export const inRequests = <Item>(
  items: readonly Item[],
  entryOf: (item: Item) => BusEntry,
): readonly (readonly Item[])[] => {
  const requests: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const { source, detailType, detail } = entryOf(item);
    const size = Buffer.byteLength(detail) + detailType.length + source.length;
    const current = requests.at(-1);
    if (current === undefined || current.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      requests.push([item]);
      bytes = size;
    } else {
      current.push(item);
      bytes += size;
    }
  }
  return requests;
};
