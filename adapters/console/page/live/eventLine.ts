import type { AnnouncedMetadata, DomainEvent, Pass } from '#domain/index.ts';
import type { CarriedEvent } from '../../../http/answers/busEvents.ts';
import { sentenceOf } from '../member/sentence.ts';
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

/** Whatever anybody put on a bus in our name has a line, too. */
export const lineOf = (event: CarriedEvent, before: Pass | null): EventLine => {
  try {
    return walletLine(event, before) ?? domainLine(event) ?? foreignLine(event);
  } catch {
    return foreignLine(event);
  }
};

const walletLine = (event: CarriedEvent, before: Pass | null): EventLine | null => {
  const wallet = walletDetail(event);
  if (wallet === null) return null;
  const { metadata, data } = wallet;
  const [kind, tone] = KINDS[event['detail-type']] ?? ([event['detail-type'], 'quiet'] as const);
  return {
    ...{ tone, kind, lane: metadata.lane, revision: `r${metadata.revision}` },
    subject: { text: data.pass.memberNumber ?? metadata.memberId, memberId: metadata.memberId },
    words: changeWords(event['detail-type'], data, before).join(' · '),
  };
};

const KINDS: Readonly<Record<string, readonly [string, EventLine['tone']]>> = {
  WalletPassIssued: ['Issued', 'good'],
  WalletPassUpdated: ['Updated', 'info'],
  WalletPassWithdrawn: ['Withdrawn', 'warn'],
};

const domainLine = (event: CarriedEvent): EventLine | null => {
  if (event.source !== 'billfold.domain') return null;
  const { metadata, data } = event.detail as { readonly metadata: AnnouncedMetadata; readonly data: object };
  const memberId = /^member-(.+)$/.exec(metadata.stream)?.[1] ?? null;
  return {
    ...{ tone: 'info', kind: wordsOf(event['detail-type']), lane: metadata.lane, revision: `v${metadata.version}` },
    subject: { text: memberId === null ? metadata.stream : `…${memberId.slice(-8)}`, memberId },
    words: announcedWords(data),
  };
};

const foreignLine = ({ source, 'detail-type': detailType }: CarriedEvent): EventLine => ({
  ...{ tone: 'quiet', kind: detailType, lane: '', revision: '', words: `from ${source}` },
  subject: { text: '', memberId: null },
});

/** PurchaseRecorded: Purchase recorded. */
const wordsOf = (type: string): string => type.replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

/** As on the member's page, without what is personal: no bus carries that. */
const announcedWords = (data: object): string => {
  if ('events' in data)
    return Object.entries(Object(data.events))
      .map(([type, count]) => `${wordsOf(type)} ${String(count)}`)
      .join(' · ');
  const { previous, current, ...rest } = data as { readonly previous?: object; readonly current?: object };
  const nobody = { personal: { firstName: null, lastName: null } };
  return sentenceOf({
    ...rest,
    ...(previous !== undefined && { previous: { ...nobody, ...previous } }),
    ...(current !== undefined && { current: { ...nobody, ...current } }),
  } as unknown as DomainEvent);
};
