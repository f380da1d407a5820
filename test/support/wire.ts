import {
  type Change,
  changeEntry,
  type Fields,
  type FieldValue,
  type GapType,
  isNumeral,
  type PutEventsEntry,
  rowLine,
} from '#adapters/sample/wire.ts';

/** One thing a feed delivers. extractedAtMs: the start of the flow run, epoch milliseconds; rows may have been read a little later. */
export type WireItem =
  | { readonly type: 'event'; readonly entry: PutEventsEntry }
  | {
      readonly type: 'file';
      readonly object: string;
      readonly executionId: string;
      readonly fileName: string;
      readonly extractedAtMs: number;
      /** Newline-delimited JSON. */
      readonly text: string;
    };

/**
 * Who relays a change. appflow: only what changed. relay: the same under `detail.payload`, instants in epoch milliseconds.
 * pubsub: in the relay's envelope, every field present and the unchanged ones null (Pub/Sub API form). both: appflow and pubsub.
 * gap: only that something changed. overflow: not even of which record.
 */
export type Via = 'appflow' | 'relay' | 'pubsub' | 'both' | 'gap' | 'overflow';

/** How a row is written. rest: JSON types, null for empty. text: everything a string, "" for empty. sparse: empty fields left out. */
export type Rendering = 'rest' | 'text' | 'sparse';

export type Load = {
  readonly object: string;
  readonly executionId: string;
  readonly extractedAtMs: number;
  readonly rendering: Rendering;
  /** Files of the run; rows are dealt out to them in turn. */
  readonly files: number;
};

/** The events that tell of one change. allNames: every field of the object an event can carry. */
export const eventItems = (change: Change, via: Via, allNames: readonly string[]): readonly WireItem[] => {
  const deliveredAtMs = change.committedAtMs + 2000;
  const event = (told: Change, feed: 'appflow' | 'relay'): WireItem => ({
    type: 'event',
    entry: changeEntry(told, feed, deliveredAtMs),
  });
  if (via === 'gap' || via === 'overflow') return [event(gapOf(change, via), 'appflow')];
  const padded = {
    ...change,
    fields: { ...Object.fromEntries(allNames.map((name) => [name, null])), ...change.fields },
  };
  if (via === 'both') return [event(change, 'appflow'), event(padded, 'relay')];
  return via === 'pubsub' ? [event(padded, 'relay')] : [event(change, via)];
};

/** Header only (CDC Developer Guide, "Gap Events" and "Overflow Events"). */
const gapOf = (change: Change, via: 'gap' | 'overflow'): Change => ({
  ...change,
  ...{ fields: {}, changedFields: [] },
  ...(via === 'overflow'
    ? { changeType: 'GAP_OVERFLOW', recordIds: ['000000000000000AAA'] }
    : { changeType: `GAP_${change.changeType}` as GapType }),
});

/** The files of a full load. A file without rows is not written. */
export const fileItems = (rows: readonly Fields[], load: Load): readonly WireItem[] => {
  const pages = Array.from({ length: load.files }, (_, page) =>
    rows.filter((_row, index) => index % load.files === page),
  );
  return pages.flatMap((page, number) =>
    page.length === 0
      ? []
      : [
          {
            type: 'file' as const,
            object: load.object,
            executionId: load.executionId,
            fileName: `${load.executionId}-${number}`,
            extractedAtMs: load.extractedAtMs,
            text: page.map((row) => `${rowLine(load.object, rendered(row, load.rendering))}\n`).join(''),
          },
        ],
  );
};

const rendered = (row: Fields, rendering: Rendering): Fields => {
  if (rendering === 'rest') return row;
  if (rendering === 'sparse') return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asText(name, value)]));
};

const asText = (name: string, value: FieldValue): FieldValue => {
  if (value === null) return '';
  if (isNumeral(value)) return value.numeral;
  return AUDIT_INSTANTS.has(name) ? value : String(value);
};

/** Left to the row renderer, which writes them as text itself. */
const AUDIT_INSTANTS: ReadonlySet<string> = new Set(['CreatedDate', 'LastModifiedDate', 'SystemModstamp']);
