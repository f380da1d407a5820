import type { CarriedEvent } from '../http/answers/busEvents.ts';
import { paint } from './print.ts';

/** One entry of the domain bus in one line: "12:03:41 PurchaseRecorded      member-0038d000008NplcAAC@7". */
export const domainLine = ({ time, source, detail, 'detail-type': type }: CarriedEvent): string => {
  const metadata = (detail as { readonly metadata?: { readonly eventId?: unknown } } | null)?.metadata;
  const subject = source === 'billfold.domain' ? String(metadata?.eventId ?? '') : `from ${source}`;
  return [paint('dim', time.slice(11, 19)), type.padEnd(20), subject].join(' ');
};
