import type { QuarantinedText } from '../../../http/answers/quarantine.ts';

/** Items of one file with one reason; what comes alone is a group too. */
export type QuarantineGroup = { readonly id: string; readonly items: readonly QuarantinedText[] };

/** In the order of the list. A file of which no row can be read is one trouble, not as many as it has rows. */
export const groupsOf = (items: readonly QuarantinedText[]): readonly QuarantineGroup[] => {
  const groups = new Map<string, QuarantinedText[]>();
  for (const item of items) {
    const key = item.origin.type === 'file' ? JSON.stringify([item.origin.file, item.path, item.reason]) : item.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].map((group) => ({ id: group[0]?.id ?? '', items: group }));
};
