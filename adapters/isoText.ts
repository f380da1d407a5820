import type { EpochMs } from '#domain/index.ts';

/** An instant as answers tell it: ISO 8601 in UTC, with milliseconds. */
export const isoText = (at: EpochMs): string => new Date(at).toISOString();

/** null: there is none. */
export const isoTextOrNull = (at: EpochMs | null): string | null => (at === null ? null : isoText(at));
