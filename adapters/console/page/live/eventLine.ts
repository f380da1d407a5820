import type { AnnouncedMetadata, Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { changeWords } from './changeWords.ts';
import { walletDetail } from './walletDetail.ts';

/** An event in a line. subject: whom it is about; memberId null: no member. */
export type EventLine = {
  readonly tone: 'good' | 'info' | 'warn' | 'quiet';
  readonly kind: string;
  readonly subject: { readonly text: string; readonly memberId: string | null };
  /** r4: of the pass; v12: of the stream. */
  readonly revision: string;
  readonly words: string;
  readonly lane: string;
};

export const lineOf = (event: CarriedEvent, before: Pass | null): EventLine => {
  const wallet = walletDetail(event);
  if (wallet !== null) {
    const { metadata, data } = wallet;
    const [kind, tone] = KINDS[event['detail-type']] ?? ([event['detail-type'], 'quiet'] as const);
    return {
      ...{ tone, kind, lane: metadata.lane, revision: `r${metadata.revision}` },
      subject: { text: data.pass.memberNumber ?? metadata.memberId, memberId: metadata.memberId },
      words: changeWords(event['detail-type'], data, before).join(' · '),
    };
  }
  return event.source === 'billfold.domain' ? domainLine(event) : foreignLine(event);
};

const KINDS: Readonly<Record<string, readonly [string, EventLine['tone']]>> = {
  WalletPassIssued: ['Issued', 'good'],
  WalletPassUpdated: ['Updated', 'info'],
  WalletPassWithdrawn: ['Withdrawn', 'warn'],
};

const domainLine = (event: CarriedEvent): EventLine => {
  const { metadata, data } = Object(event.detail) as { readonly metadata: AnnouncedMetadata; readonly data: unknown };
  const memberId = /^member-(.+)$/.exec(metadata.stream)?.[1] ?? null;
  return {
    ...{ tone: 'info', kind: wordsOf(event['detail-type']), lane: metadata.lane, revision: `v${metadata.version}` },
    subject: { text: memberId === null ? metadata.stream : `…${memberId.slice(-8)}`, memberId },
    words: factsIn(data),
  };
};

const foreignLine = ({ source, 'detail-type': detailType }: CarriedEvent): EventLine => ({
  ...{ tone: 'quiet', kind: detailType, lane: '', revision: '', words: `from ${source}` },
  subject: { text: '', memberId: null },
});

/** PurchaseRecorded: Purchase recorded. */
const wordsOf = (type: string): string => type.replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

/** What an event tells, as name and value, or where it tells of before and after what differs; ids and what lies deeper are for whoever opens it. */
const factsIn = (data: unknown): string => {
  const { previous, current = data } = Object(data) as { readonly previous?: unknown; readonly current?: unknown };
  const before = isObject(previous) ? previous : null;
  return Object.entries(Object(current))
    .filter(([name, value]) => name !== 'type' && !/id$/i.test(name) && ['string', 'number'].includes(typeof value))
    .filter(([name, value]) => before === null || before[name] !== value)
    .map(([name, value]) => `${name} ${before === null ? '' : `${String(before[name] ?? 'none')} → `}${String(value)}`)
    .join(' · ');
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
