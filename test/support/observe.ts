import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type ObjectGap, readChangeEvent } from '#adapters/source/changeEvent.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { rowReader } from '#adapters/source/row.ts';
import { type Mapping, type Observation, retail } from '#domain/index.ts';
import type { WireItem } from '#test/support/wire.ts';

/** What a delivery of the simulated feeds says of whole objects. */
export const objectGapsOf = (item: WireItem, mapping: Mapping = retail): readonly ObjectGap[] =>
  item.type === 'event' ? readChangeEvent(mapping, parseExactJson(item.entry.Detail), 'event').objectGaps : [];

/** What a delivery of the simulated feeds says, read as the service reads it. Throws where anything cannot be read: simulated feeds are sound. */
export const observationsOf = (item: WireItem, mapping: Mapping = retail): readonly Observation[] => {
  if (item.type === 'event') {
    const { observations, faults } = readChangeEvent(mapping, parseExactJson(item.entry.Detail), 'event');
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
    return observations;
  }
  const reader = rowReader(mapping, item.object, { at: item.extractedAtMs, known: true }, item.fileName);
  if (O.isNone(reader)) throw new Error(`no mapping for ${item.object}`);
  return item.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const row = reader.value(parseExactJson(line), index);
      if (E.isLeft(row)) throw new Error(JSON.stringify(row.left));
      return row.right;
    });
};
