import type { HistoryPoint } from '../../../http/answers/history.ts';
import type { RecordedEvent } from '../../../http/answers/member.ts';
import { dayAt } from '../ui/days.ts';

/** What a story is told of, and by what it can be narrowed down. */
export type Kind = 'purchases' | 'promotions' | 'details' | 'tier';

export type Entry =
  /** turned: what the holder's tier or status became by it. null: nothing of both changed. */
  | { readonly type: 'event'; readonly event: RecordedEvent; readonly turned: string | null }
  /** Nothing happened: time passed, or a definition changed. */
  | { readonly type: 'between'; readonly point: HistoryPoint; readonly turned: string | null };

export type Row = { readonly type: 'day'; readonly day: string } | (Entry & { readonly key: string });

/**
 * The rows of a story, newest first, under the days on which they were recorded. events: newest first, as far back as they are loaded. points:
 * oldest first; those between events come in where they belong, as far as the events go.
 */
export const storyOf = (
  events: readonly RecordedEvent[],
  points: readonly HistoryPoint[],
  kind: Kind | 'all',
  timeZone: string,
): readonly Row[] => {
  const turns = turnsOf(points);
  const [newest, oldest] = [events[0]?.version ?? 0, events.at(-1)?.version ?? 0];
  const between = points
    .filter(({ because, version }) => because !== 'event' && version >= oldest && version <= newest)
    .toReversed();
  const rows: Row[] = [];
  let day: string | null = null;
  const tell = (entry: Entry, at: string): void => {
    if (kind !== 'all' && !kindsOf(entry).includes(kind)) return;
    const on = dayAt(Date.parse(at), timeZone);
    if (on !== day) rows.push({ type: 'day', day: on });
    day = on;
    rows.push({ ...entry, key: entry.type === 'event' ? String(entry.event.version) : `${entry.point.version}.${at}` });
  };
  let next = 0;
  for (const event of events) {
    for (; (between[next]?.version ?? -1) >= event.version; next++) {
      const point = between[next];
      if (point !== undefined)
        tell({ type: 'between', point, turned: turns.get(placeOf(point)) ?? null }, point.evaluatedAt);
    }
    tell({ type: 'event', event, turned: turns.get(String(event.version)) ?? null }, event.recordedAt);
  }
  return rows;
};

/** "Now Silver", by the version of the event or the place of the point that made it so. */
const turnsOf = (points: readonly HistoryPoint[]): ReadonlyMap<string, string> => {
  const turns = new Map<string, string>();
  let before: HistoryPoint | null = null;
  for (const point of points) {
    const key = point.because === 'event' ? String(point.version) : placeOf(point);
    if (before === null || before.tier !== point.tier) turns.set(key, `Now ${point.tier ?? 'without a tier'}`);
    else if (before.status !== point.status) turns.set(key, `Now ${point.status}`);
    before = point;
  }
  return turns;
};

const placeOf = ({ version, evaluatedAt }: HistoryPoint): string => `${version}.${evaluatedAt}`;

const kindsOf = (entry: Entry): readonly Kind[] => {
  const turned: readonly Kind[] = entry.turned === null ? [] : ['tier'];
  if (entry.type === 'between') return entry.point.changed.includes('promotions') ? [...turned, 'promotions'] : turned;
  const { type } = entry.event;
  if (type.startsWith('Purchase')) return [...turned, 'purchases'];
  if (type.startsWith('Promotion')) return [...turned, 'promotions'];
  return type.startsWith('MemberTier') || type.startsWith('Points') ? ['tier'] : [...turned, 'details'];
};

/** What time alone did, in a sentence. */
export const betweenSentence = ({ because, changed }: HistoryPoint): string => {
  const parts = [
    changed.includes('promotions') ? 'promotions' : null,
    changed.some((path) => path.startsWith('tier') || path.startsWith('spend'))
      ? 'spend of the last twelve months'
      : null,
    changed.some((path) => !/^(?:promotions|tier|spend)/.test(path)) ? 'other values' : null,
  ].filter((part) => part !== null);
  const what = parts.join(' and ');
  return because === 'time' ? `Time passed: ${what} changed` : `A definition changed: ${what} followed`;
};
