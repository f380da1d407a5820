import type { Pass, WalletEvent } from '#domain/index.ts';
import type { CarriedEvent } from '../http/answers/busEvents.ts';
import { paint } from './print.ts';

/** One wallet event in one line, without names: "12:03:41 updated  M-10023 rev 4  Silver 62 %  tier, spend". */
export const walletLine = (event: CarriedEvent): string => {
  if (event.source !== 'billfold.wallet') return foreignLine(event);
  const { metadata, data } = event.detail as WalletEvent['detail'];
  const { pass, changed } = data;
  const kind = event['detail-type'];
  const [word, colour] = wording[kind] ?? ['published', 'dim'];
  const what = kind === 'WalletPassIssued' ? '' : [...new Set(changed.map((path) => path.split('.')[0]))].join(', ');
  return [
    paint('dim', event.time.slice(11, 19)),
    paint(colour, word.padEnd(9)),
    (pass.memberNumber ?? pass.memberId).padEnd(10),
    `rev ${metadata.revision}`.padEnd(7),
    tierText(pass.tier).padEnd(14),
    paint('dim', what),
  ]
    .join(' ')
    .trimEnd();
};

/** Without a next tier there is no way to it. */
const tierText = ({ name, next, progress }: Pass['tier']): string =>
  next === null ? (name ?? '-') : `${name} ${Math.round(progress * 100)} %`;

/** Anybody may put events on the bus: whatever they hold is theirs. */
const foreignLine = ({ time, source, 'detail-type': detailType }: CarriedEvent): string =>
  [paint('dim', time.slice(11, 19)), `${detailType} from ${source}`].join(' ');

const wording: Readonly<Record<string, readonly [string, 'green' | 'cyan' | 'yellow']>> = {
  WalletPassIssued: ['issued', 'green'],
  WalletPassUpdated: ['updated', 'cyan'],
  WalletPassWithdrawn: ['withdrawn', 'yellow'],
};
