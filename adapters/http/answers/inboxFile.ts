import * as t from 'io-ts';

const count = t.union([t.number, t.null]);

/** What became of a file of the inbox. */
export const InboxFile = t.strict(
  {
    file: t.string,
    /** waiting: it is there, and its turn comes. */
    state: t.keyof({ waiting: null, loading: null, loaded: null, unknown: null }),
    /** Bytes read so far; null: it is not being read. */
    progress: t.union([
      t.strict({ bytesRead: t.number, bytesTotal: t.number, rows: t.number, quarantined: t.number }),
      t.null,
    ]),
    /** null: it has not been read to its end. A count is null where only the ledger of runs remembers the file. */
    report: t.union([
      t.strict({ rows: t.number, quarantined: t.number, recordsChanged: count, eventsAppended: count }),
      t.null,
    ]),
    /** Why it waits although its turn came; it is tried again. */
    failure: t.union([t.strict({ reason: t.string, at: t.string }), t.null]),
  },
  'InboxFile',
);
export type InboxFile = t.TypeOf<typeof InboxFile>;
