import * as E from 'fp-ts/lib/Either.js';
import type { ForgottenStore, QuarantineItem, QuarantineStore } from '#domain/index.ts';
import { parsedJson } from '../parsedJson.ts';
import { idsIn } from '../source/blankRows.ts';

/**
 * A quarantine that keeps no text which names a member who is forgotten: what could not be understood is listed, with why, and cannot be tried again. Its texts are
 * sealed under one key, which no member's forgetting destroys. Costs a read where a text is kept, which is seldom.
 */
export const forgetfulQuarantine = (
  quarantine: QuarantineStore,
  forgotten: Pick<ForgottenStore, 'among'>,
): QuarantineStore => ({
  ...quarantine,
  put: (items) => async () => {
    const ids = items.flatMap(({ content }) => (content === null ? [] : idsTold(content)));
    if (ids.length === 0) return quarantine.put(items)();
    const known = await forgotten.among(ids)();
    // The text stays out rather than in.
    if (E.isLeft(known))
      return known.left.type === 'StoreUnavailable' ? E.left(known.left) : quarantine.put(items.map(withoutText))();
    return quarantine.put(items.map((item) => (isAbout(item, known.right) ? withoutText(item) : item)))();
  },
});

const isAbout = ({ content }: QuarantineItem, known: ReadonlySet<string>): boolean =>
  content !== null && idsTold(content).some((id) => known.has(id));

const withoutText = (item: QuarantineItem): QuarantineItem => ({ ...item, content: null });

/** Ids of Salesforce wherever they stand; of other systems, where they are all of a value. */
const idsTold = (text: string): readonly string[] => [...new Set([...idsIn(text), ...leaves(parsedJson(text))])];

const leaves = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return /^[\w.:-]{1,64}$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
};
