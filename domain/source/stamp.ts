import type { EpochMs } from '../values/calendar.ts';

/**
 * How recent a source's knowledge of a field or of a record's existence is.
 *
 * A stamp is text whose code-unit order is its order: no comparison function to forget, and it is stored as it is.
 *   field stamp      second (10 digits) ":" rank ":" position
 *   existence stamp  milliseconds (15 digits) ":" rank ":" position
 *   position         an event's commit number (20 digits) "." sequence number (10 digits), or a row's extraction time in ms
 *
 * Salesforce dates have one-second granularity (every published sample ends in .000), so ties are normal:
 *   rank 0  a row extracted so soon that the second it reports may not have been over
 *   rank 1  an event
 *   rank 2  a row extracted clearly after the second it reports: it saw every event of that second
 * In existence stamps a row's extraction counts only where it is truly known.
 */
export type Stamp = string;

/** Later than any stamp that a source can give: of what has been forgotten. */
export const FORGOTTEN: Stamp = '~';

export type EventPosition = { readonly commitNumber: string; readonly sequenceNumber: number };

/** When a file's records were extracted. A file's modification time bounds it from above only. */
export type Extraction = { readonly at: EpochMs; readonly known: boolean };

/** The dates that a stamp can hold: from 1970 until the second has eleven digits (November 2286). */
export const canBeStamped = (at: EpochMs): boolean => at >= 0 && at < 10_000_000_000_000;

export const eventStamp = (modifiedAt: EpochMs, position: EventPosition): Stamp =>
  `${second(modifiedAt)}:1:${eventPosition(position)}`;

/** marginMs: how much later than a second's end an extraction must lie to have seen all of that second. */
export const rowStamp = (modifiedAt: EpochMs, extraction: Extraction, marginMs: number): Stamp =>
  rowStamps(extraction, marginMs)(modifiedAt, modifiedAt).stamp;

/** What a row is stamped with: its fields, its existence, and its existence by its own dates alone. */
export type RowStamps = { readonly stamp: Stamp; readonly existence: Stamp; readonly dated: Stamp };

/**
 * The stamps of rows that were extracted together. Of each only the seconds become text, once: built apart from their parts, three stamps took
 * a third of the time of JSON.parse of the row (npm run bench -- ndjson).
 */
export const rowStamps = (
  extraction: Extraction,
  marginMs: number,
): ((modifiedAt: EpochMs, lastTouchedAt: EpochMs) => RowStamps) => {
  const position = milliseconds(extraction.at);
  const [soon, later] = [`:0:${position}`, `:2:${position}`];
  const [wholeSoon, wholeLater] = [`000${soon}`, `000${later}`];
  /** The last second of which the rows saw everything. */
  const lastSeen = Math.floor((extraction.at - marginMs) / 1000) - 1;
  const knownUntil = extraction.known ? wholeSecond(extraction.at - marginMs) : Number.NEGATIVE_INFINITY;
  const known = extraction.known ? `${milliseconds(knownUntil)}:0:${position}` : '';
  return (modifiedAt, lastTouchedAt) => {
    const modified = Math.floor(modifiedAt / 1000);
    const touched = Math.floor(lastTouchedAt / 1000);
    const modifiedText = secondText(modified);
    const touchedText = touched === modified ? modifiedText : secondText(touched);
    const isLater = touched <= lastSeen;
    const thousandths = lastTouchedAt - touched * 1000;
    // Whole seconds are all that Salesforce tells.
    const rest =
      thousandths === 0
        ? isLater
          ? wholeLater
          : wholeSoon
        : String(thousandths).padStart(3, '0') + (isLater ? later : soon);
    const dated = `00${touchedText}${rest}`;
    return {
      stamp: modifiedText + (modified <= lastSeen ? later : soon),
      existence: knownUntil > lastTouchedAt ? known : dated,
      dated,
    };
  };
};

export const eventExistenceStamp = (committedAt: EpochMs, position: EventPosition): Stamp =>
  `${milliseconds(committedAt)}:1:${eventPosition(position)}`;

/**
 * A row vouches for existence up to its own dates and, where the extraction time is truly known, up to the second a margin before it.
 * There an event of the same second wins: that second may not have been over. A file's mere modification time proves no such reach.
 */
export const rowExistenceStamp = (lastTouchedAt: EpochMs, extraction: Extraction, marginMs: number): Stamp =>
  rowStamps(extraction, marginMs)(lastTouchedAt, lastTouchedAt).existence;

/** What a row's own dates alone vouch for; ranks as for fields: extracted clearly after that second, the row saw all its events. */
export const datedExistenceStamp = (lastTouchedAt: EpochMs, extraction: Extraction, marginMs: number): Stamp =>
  rowStamps(extraction, marginMs)(lastTouchedAt, lastTouchedAt).dated;

/** What a load of a whole object vouches for by leaving a record out: that it was gone a margin before the load began. */
export const absenceStamp = (loadStartedAt: EpochMs, marginMs: number): Stamp =>
  `${milliseconds(wholeSecond(loadStartedAt - marginMs))}:0:${milliseconds(loadStartedAt)}`;

/** The date in a field stamp. */
export const modifiedAtOf = (stamp: Stamp): EpochMs => Number(stamp.slice(0, 10)) * 1000;

/** What a field stamp says, for a person. null: of no source, such as that of a forgotten field. */
export const readStamp = (stamp: Stamp): StampReading | null => {
  const [, date = '', rank, position = ''] = /^(\d{10}):([012]):(.+)$/.exec(stamp) ?? [];
  if (date === '') return null;
  const modifiedAt = modifiedAtOf(stamp);
  if (rank !== '1') return { modifiedAt, from: 'row', extractedAt: Number(position) };
  const commitNumber = (position.split('.')[0] ?? '').replace(/^0+(?=\d)/, '');
  return { modifiedAt, from: 'event', commitNumber };
};

export type StampReading =
  | { readonly modifiedAt: EpochMs; readonly from: 'event'; readonly commitNumber: string }
  | { readonly modifiedAt: EpochMs; readonly from: 'row'; readonly extractedAt: EpochMs };

/** The instant in an existence stamp. */
export const vouchedAtOf = (stamp: Stamp): EpochMs => Number(stamp.slice(0, 15));

const wholeSecond = (at: EpochMs): EpochMs => Math.floor(at / 1000) * 1000;

/** True where two stamps differ at most in a row's extraction time: the later row says nothing that the earlier did not. */
export const sameButForExtraction = (a: Stamp, b: Stamp): boolean => {
  if (a === b) return true;
  const rankAt = a.indexOf(':') + 1;
  return a.charAt(rankAt) !== '1' && a.slice(0, rankAt + 1) === b.slice(0, rankAt + 1);
};

/** Of a row that was extracted clearly after the second it reports: however late the same row is extracted again, its stamp differs in that alone. */
export const isOfHighRank = (stamp: Stamp): boolean => stamp.charAt(stamp.indexOf(':') + 1) === '2';

const second = (at: EpochMs): string => secondText(Math.floor(at / 1000));
const milliseconds = (at: EpochMs): string => String(Math.floor(at)).padStart(15, '0');

/** Ten digits, in two parts: V8 remembers the text of small numbers, so these take two thirds of the time (npm run bench -- ndjson). */
const secondText = (seconds: number): string => {
  if (!(seconds >= 1_000_000_000)) return String(seconds).padStart(10, '0');
  const high = Math.floor(seconds / 10_000);
  return String(high) + fourDigits(seconds - high * 10_000);
};

const fourDigits = (value: number): string => {
  fourDigitTexts[value] ??= String(value).padStart(4, '0');
  return fourDigitTexts[value];
};
/** A pure function's memory. */
const fourDigitTexts: string[] = [];
const eventPosition = ({ commitNumber, sequenceNumber }: EventPosition): string =>
  `${commitNumber.padStart(20, '0')}.${String(sequenceNumber).padStart(10, '0')}`;
