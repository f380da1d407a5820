import type { EpochMs } from '#domain/index.ts';

/** What a partner asks to wait, in ms: seconds or a date (RFC 9110, 10.2.3). null: it does not say, or nothing that can be understood. */
export const retryAfterMs = (header: string | null | undefined, now: EpochMs): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const at = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};

/** Of the three forms of a date (RFC 9110, 5.6.7) the one that is not obsolete. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
