import type { MemberDelivery } from '../middleware/deliveriesApi.ts';
import type { DeliveryText, DeviceText } from '../middleware/deliveryText.ts';
import type { DestinationText } from '../middleware/destinationText.ts';
import { paint, table } from './print.ts';

/** A row for each destination, and below what went wrong last. */
export const overviewLines = (destinations: readonly DestinationText[], now: number): readonly string[] => [
  table([
    ['DESTINATION', 'BREAKER', 'LIVE', 'BULK', 'DEAD', 'OLDEST', 'IN HAND', 'PACE'],
    ...destinations.map(({ name, breaker, waiting, dead, oldestSince, inHand, pace, dryRun }) => [
      dryRun ? `${name} (dry run)` : name,
      breaker.state === 'half-open' ? 'trying' : breaker.state,
      ...[waiting?.live, waiting?.bulk, dead ?? undefined].map((count) => (count === undefined ? '?' : `${count}`)),
      oldestSince === null ? '-' : age(now - Date.parse(oldestSince)),
      `${inHand.live + inHand.bulk}`,
      `${pace.perSecond}/s`,
    ]),
  ]),
  ...destinations.flatMap(({ name, breaker, pausedUntil }) => [
    ...(breaker.state === 'open'
      ? [
          paint(
            'red',
            `${name}: the breaker is open since ${seconds(breaker.since)}: nothing is sent${tried(breaker.until)}`,
          ),
        ]
      : []),
    ...(pausedUntil === null ? [] : [paint('yellow', `${name}: asked to be left alone until ${seconds(pausedUntil)}`)]),
  ]),
  ...destinations.flatMap(({ name, lastError }) =>
    lastError === null
      ? []
      : [
          `${name}: last error ${[lastError.status, lastError.reason].filter((part) => part !== null).join(' ')}, ${seconds(lastError.at)}`,
        ],
  ),
  ...destinations.flatMap(({ name, certificateDaysLeft: days }) =>
    days === undefined ? [] : [certificateLine(name, days)],
  ),
];

const tried = (until: string | null): string => (until === null ? '' : ` until ${seconds(until)}, when one is tried`);

const certificateLine = (name: string, days: number): string => {
  if (days < 0) return paint('red', `${name}: the certificate has ended`);
  const line = `${name}: the certificate ends in ${days === 1 ? '1 day' : `${days} days`}`;
  return days <= 30 ? paint('yellow', line) : line;
};

/** One delivery, and why it is not done. */
export const deliveryLines = (delivery: DeliveryText, now: number): readonly string[] => {
  const { of, destination, state, reason, failures } = delivery;
  const what = of.type === 'member' ? of.memberId : `${of.source} ${of.id}`;
  return [
    `${destination}  ${what}  ${paintState(state)}, ${revisions(delivery)}${failures === 0 ? '' : `, failed ${failures === 1 ? 'once' : `${failures} times`}`}${next(delivery, now)}`,
    ...(reason === null ? [] : [`  ${reason}`]),
  ];
};

/** Of one member: every step, and every phone. */
export const memberLines = (delivery: MemberDelivery, now: number): readonly string[] => {
  const { destination, state, lane, since, reason, steps, kept, devices = [] } = delivery;
  return [
    `${destination}  ${paintState(state)}, ${revisions(delivery)}${since === null ? '' : `, ${lane} since ${seconds(since)}`}${next(delivery, now)}`,
    ...(reason === null ? [] : [`  ${reason}`]),
    ...steps.map((step) => `  ${seconds(step.at)}  ${stepText(step)}`),
    ...(kept === undefined ? [] : [`  kept  ${JSON.stringify(kept)}`]),
    ...devices.flatMap(deviceLines),
  ];
};

const deviceLines = ({ device, registered, pushed, listed, fetched, whyNot }: DeviceText): readonly string[] => [
  `  phone ${device}  registered ${seconds(registered)}${pushed === null ? '' : `, pushed revision ${pushed.revision}${pushed.times > 1 ? ` ${pushed.times} times` : ''} ${seconds(pushed.at)}`}${listed === null ? '' : `, told of revision ${listed.revision} ${seconds(listed.at)}`}${fetched === null ? '' : `, fetched revision ${fetched.revision} ${seconds(fetched.at)}`}`,
  ...(whyNot === null ? [] : [`    ${paint('yellow', whyNot)}`]),
];

const HELD = {
  breaker: 'the breaker is open',
  partner: 'it asked to be left alone',
  configuration: 'it is no destination any more',
};

/** What happens next, and when. */
const next = ({ due, inHandUntil, held }: DeliveryText, now: number): string => {
  if (inHandUntil !== null && Date.parse(inHandUntil) > now) return ', in hand';
  if (held !== null) {
    return `, held, as ${HELD[held.by]}${held.until === null ? '' : ` until ${seconds(held.until)}`}`;
  }
  if (due === null) return '';
  return Date.parse(due) <= now ? ', due' : `, next at ${seconds(due)}`;
};

const revisions = ({ state, wanted, done }: DeliveryText): string =>
  state === 'delivered' ? `revision ${done}` : `revision ${wanted} wanted, ${done === 0 ? 'none' : done} delivered`;

const stepText = ({ step, of, outcome, status, reason, tries, durationMs }: DeliveryText['steps'][number]): string =>
  [
    of === undefined ? step : `${step} ${of}`,
    outcome,
    ...[status, reason].filter((part) => part !== null).map(String),
    ...(outcome === 'skipped' ? [] : [`in ${durationMs} ms`]),
    ...(tries > 1 ? [`after ${tries} tries`] : []),
  ].join(' ');

const paintState = (state: DeliveryText['state']): string =>
  state === 'delivered' ? paint('green', state) : state === 'dead' ? paint('red', state) : paint('yellow', state);

/** 2026-11-22T04:05:06.789Z → 2026-11-22 04:05:06Z */
const seconds = (at: string): string => at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');

const age = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 1_000));
  if (whole < 120) return `${whole} s`;
  if (whole < 7_200) return `${Math.round(whole / 60)} min`;
  return whole < 172_800 ? `${Math.round(whole / 3_600)} h` : `${Math.round(whole / 86_400)} days`;
};
