import * as TE from 'fp-ts/lib/TaskEither.js';
import type { AcceptedEvent } from '#adapters/delivery/acceptedEvent.ts';
import type { Registration } from '#adapters/delivery/registrations.ts';
import { absenceItem, missItem, readAbsence, readMiss } from '#adapters/dynamodb/absenceItem.ts';
import { eventItem, readEvent } from '#adapters/dynamodb/acceptedItem.ts';
import { readSlots, slotsItem } from '#adapters/dynamodb/budget.ts';
import { cardItem, readCard } from '#adapters/dynamodb/cardItem.ts';
import { catalogItem, readCatalog } from '#adapters/dynamodb/catalogStore.ts';
import { placeItem, readPlace, type StoredPlace } from '#adapters/dynamodb/deliveryItem.ts';
import { commitFromItem, commitItems } from '#adapters/dynamodb/eventItem.ts';
import { fingerprintItem, readFingerprintItem } from '#adapters/dynamodb/fingerprintItem.ts';
import { forgottenItem, readForgottenItem } from '#adapters/dynamodb/forgottenItem.ts';
import { type Item, type ItemImage, numberIn } from '#adapters/dynamodb/item.ts';
import { jobItem, readJob, readSegment, segmentItem } from '#adapters/dynamodb/jobStore.ts';
import { readTurn, turnItem } from '#adapters/dynamodb/jobTurnStore.ts';
import { liveFromItem, liveItem } from '#adapters/dynamodb/liveItem.ts';
import { parkedItem, readParked } from '#adapters/dynamodb/parkStore.ts';
import { readRecord, recordItem } from '#adapters/dynamodb/recordItem.ts';
import { pointerItem, readPointer, readRegistration, registrationItem } from '#adapters/dynamodb/registrationItem.ts';
import { releaseFromItem, releaseItem } from '#adapters/dynamodb/releaseStore.ts';
import {
  fileKey,
  listItems,
  readFile,
  readHeardRun,
  readReports,
  reportsKey,
  runItem,
  type Versioned,
} from '#adapters/dynamodb/runItem.ts';
import { shadowFromItem, shadowItem } from '#adapters/dynamodb/shadowStore.ts';
import { readReReadItem, readStaleItem, reReadItem, staleItem } from '#adapters/dynamodb/staleItem.ts';
import {
  type AbsenceJob,
  type Commit,
  type DefinitionFacts,
  type DomainEvent,
  type EventType,
  type GrantFacts,
  type HeardRun,
  type MemberTierFacts,
  type Miss,
  memberKeyId,
  type PointsFacts,
  type PurchaseFacts,
  personalFields,
  type RunFile,
  type RunReports,
  retail,
  type SourceRecord,
  type StoredRecord,
  type TierFacts,
} from '#domain/index.ts';
import { catalogOf } from '#test/contract/catalogStore.ts';
import { eventOf, foreignOf, keyOf } from '#test/contract/deliveryStore.ts';
import {
  at,
  bought,
  contactRecord,
  got,
  memberFacts,
  memberId,
  origin,
  stampOf,
  stream,
} from '#test/contract/given.ts';
import { jobOf, segmentOf } from '#test/contract/jobStore.ts';
import { turnOf } from '#test/contract/jobTurnStore.ts';
import { parkedOf } from '#test/contract/parkStore.ts';
import { releaseOf } from '#test/contract/releaseStore.ts';
import { shadowOf } from '#test/contract/shadowStore.ts';
import { liveOf } from '#test/contract/viewStore.ts';
import { releasedItem } from '#test/support/releasedDelivery.ts';

/** How a stored shape is written and read today, by the first word of a golden file's name. Values are plain JSON. */
export type Shape = {
  readonly write: (value: never) => Item | undefined;
  readonly read: (item: ItemImage) => Promise<unknown>;
};

export const shapes: Readonly<Record<string, Shape>> = {
  event: {
    write: (commit: Commit) => commitItems(commit, goldenKey)[0],
    read: (item) => got(commitFromItem({ keys: goldenKeys })(item)),
  },
  record: {
    write: (stored: StoredRecord) =>
      recordItem(stored, { keyId: memberKeyId(memberId), key: goldenKey }, personalNames(stored)),
    read: (item) => got(TE.fromEither(readRecord(item, goldenKey))),
  },
  turn: { write: turnItem, read: (item) => got(TE.fromEither(readTurn(item))) },
  job: { write: jobItem, read: (item) => got(TE.fromEither(readJob(item))) },
  segment: { write: (segment) => segmentItem('1', segment), read: (item) => got(TE.fromEither(readSegment(item))) },
  live: { write: liveItem, read: (item) => got(TE.fromEither(liveFromItem(item))) },
  shadow: { write: shadowItem, read: (item) => got(TE.fromEither(shadowFromItem(item))) },
  release: { write: releaseItem, read: (item) => got(TE.fromEither(releaseFromItem(item))) },
  parked: { write: parkedItem, read: (item) => got(TE.fromEither(readParked(item))) },
  stale: { write: staleItem, read: (item) => got(TE.fromEither(readStaleItem(item))) },
  fingerprints: { write: fingerprintItem, read: (item) => got(TE.fromEither(readFingerprintItem(item))) },
  forgotten: { write: forgottenItem, read: (item) => got(TE.fromEither(readForgottenItem(item))) },
  reread: { write: reReadItem, read: (item) => got(TE.fromEither(readReReadItem(item))) },
  runfile: {
    write: (file: Versioned<RunFile>) => runItem(fileKey(runRef, 'part-0'), file),
    read: (item) => got(TE.fromEither(readFile(item))),
  },
  runreports: {
    write: (reports: Versioned<RunReports>) => runItem(reportsKey(runRef), reports),
    read: (item) => got(TE.fromEither(readReports(item))),
  },
  runlist: {
    write: ({ ref, heardAt }: HeardRun) => listItems(ref, heardAt)[0],
    read: (item) => got(TE.fromEither(readHeardRun(item))),
  },
  absence: { write: absenceItem, read: (item) => got(TE.fromEither(readAbsence(item))) },
  miss: { write: (miss: Miss) => missItem('Contact', miss), read: (item) => got(TE.fromEither(readMiss(item))) },
  // As events waited before there were cards: nobody writes it any more.
  delivery: { write: ({ acceptedAt, ...event }: KeptEvent) => releasedItem(event, acceptedAt), read: readKept },
  accepted: { write: ({ acceptedAt, ...event }: KeptEvent) => eventItem(event, acceptedAt), read: readKept },
  card: { write: cardItem, read: (item) => got(TE.fromEither(readCard(item))) },
  place: { write: placeItem, read: (item) => got(TE.fromEither(readPlace(item))) },
  registration: { write: registrationItem, read: (item) => got(TE.fromEither(readRegistration(item))) },
  pointer: { write: pointerItem, read: (item) => got(TE.fromEither(readPointer(item))) },
  slots: {
    write: ({ free }: { free: number }) => slotsItem({ credential: 'apple:pass.test', free, by: 'somebody' }),
    read: async (item) => ({ free: await got(TE.fromEither(readSlots(item))) }),
  },
  catalog: { write: catalogItem, read: (item) => got(TE.fromEither(readCatalog(item))) },
};

type KeptEvent = AcceptedEvent & { readonly acceptedAt: number };
async function readKept(item: ItemImage) {
  return { ...(await got(TE.fromEither(readEvent(item)))), acceptedAt: numberIn(item, 'acceptedAt') };
}

const runRef = { flow: 'contacts', executionId: '9f0d5a54' };

/** Known to everybody, so that golden files open; it seals nothing else. */
const goldenKey = Buffer.alloc(32, 'golden');
export const goldenKeys = {
  obtain: (keyIds: readonly string[]) => TE.of(new Map(keyIds.map((id) => [id, goldenKey]))),
};

const personalNames = ({ record }: StoredRecord): ReadonlySet<string> =>
  personalFields(retail)[record.ref.object] ?? new Set();

const commitSample = (events: readonly DomainEvent[], lane: 'live' | 'bulk' = 'live'): Commit => ({
  stream,
  version: 4,
  events,
  recordedAt: at,
  origin,
  lane,
});

const purchase: PurchaseFacts = {
  number: '00010001',
  boughtOn: '2026-03-01',
  status: 'Activated',
  amount: '90071992547409.93',
  currency: 'EUR',
  isReduction: false,
  originalPurchase: null,
  counts: { boughtOn: '2026-03-01', currency: 'EUR', minorUnits: '9007199254740993', isReduction: false },
};
const uncounted: PurchaseFacts = { ...purchase, status: 'Draft', amount: '12.5', counts: null };
const grant: GrantFacts = {
  definition: 'a0PA00000000001AAA',
  title: 'Bon d’achat',
  status: 'Issued',
  state: 'available',
  validFrom: '2026-01-01',
  validTo: null,
  redeemedOn: null,
  value: { minorUnits: 500, currency: 'EUR' },
};
const redeemed: GrantFacts = { ...grant, status: 'Redeemed', state: 'redeemed', redeemedOn: '2026-03-04', value: null };
const definition: DefinitionFacts = {
  title: '冬のセール',
  terms: null,
  startsOn: '2026-01-01',
  endsOn: '2026-12-31',
  isActive: true,
};
const ids = { purchaseId: '801A00000000001AAA', grantId: 'a0VA00000000001AAA', definitionId: 'a0PA00000000001AAA' };
const { purchaseId, grantId, definitionId } = ids;
const member = { previous: memberFacts('Zoë'), current: { ...memberFacts(null), standing: 'withdrawn' as const } };

const memberTier: MemberTierFacts = { tier: '0lTA00000000001AAA', startsOn: '2026-01-01', endsOn: null };
const points: PointsFacts = { name: 'Miles', balance: '120.5' };
const tier: TierFacts = { name: 'Gold', rank: '500' };
const recordId = '0lzA00000000001AAA';
const tierId = '0lTA00000000001AAA';

const walletEvent = eventOf(7, { changed: [] });
const card = { memberId, revision: 7, event: eventOf(7), changed: ['tier.name'], modifiedAt: at };
const ofEvent = { subject: { type: 'event', source: 'shop', id: 'o-1' }, destination: 'shop' } as const;
const step = {
  step: 'push',
  of: 'device',
  at,
  outcome: 'failed',
  status: 503,
  reason: null,
  tries: 2,
  durationMs: 1.5,
};
const handedOver = { since: null, notBefore: null, failures: 0, reason: null };
const place: StoredPlace['place'] = {
  ...{ key: keyOf('apple'), wanted: 7, done: 5, queue: 'live', due: at + 5, since: at, notBefore: at + 5 },
  ...{ token: null, settled: 'claim-1', nudged: null, failures: 2, reason: 'status 503' },
  ...{ steps: [{ ...step, outcome: 'failed' }], progress: { pushed: 7 }, updatedAt: at },
};
const stored = { ver: 3, expiresAt: null };
const registration: Registration = {
  ...{ deviceId: 'd-1', memberId, pushToken: 'token', registeredAt: at, listed: null, fetched: null },
};

/** What a mapping that adds attributes makes of a member and a grant. */
const customised = {
  member: {
    ...memberFacts('Zoë'),
    ...{ custom: { size: 'M' }, onPass: ['size', 'birthday'], tierFrom: 'records' as const },
    personal: { ...memberFacts('Zoë').personal, custom: { birthday: '1990-02-28' } },
  },
  grant: { ...grant, custom: { channel: null }, onPass: ['code'], personal: { custom: { code: 'X-1' } } },
  definition: { ...definition, custom: { badge: 'star' }, onPass: ['badge'] },
};

const events: { readonly [Type in EventType]: Extract<DomainEvent, { type: Type }> } = {
  MemberEnrolled: { type: 'MemberEnrolled', current: member.previous },
  MemberDetailsChanged: { type: 'MemberDetailsChanged', ...member },
  MemberWithdrawn: { type: 'MemberWithdrawn', current: member.current },
  MemberReinstated: { type: 'MemberReinstated', current: member.previous },
  MemberForgotten: { type: 'MemberForgotten' },
  PurchaseRecorded: { type: 'PurchaseRecorded', purchaseId, current: purchase },
  PurchaseCorrected: { type: 'PurchaseCorrected', purchaseId, previous: purchase, current: uncounted },
  PurchaseVoided: { type: 'PurchaseVoided', purchaseId, previous: uncounted },
  PurchaseMovedOut: { type: 'PurchaseMovedOut', purchaseId, previous: purchase },
  PurchaseMovedIn: { type: 'PurchaseMovedIn', purchaseId, current: purchase },
  PromotionGranted: { type: 'PromotionGranted', grantId, current: grant },
  PromotionRevised: { type: 'PromotionRevised', grantId, previous: grant, current: { ...grant, state: 'other' } },
  PromotionRedeemed: { type: 'PromotionRedeemed', grantId, previous: grant, current: redeemed },
  PromotionRevoked: { type: 'PromotionRevoked', grantId, previous: redeemed },
  PromotionMovedOut: { type: 'PromotionMovedOut', grantId, previous: grant },
  PromotionMovedIn: { type: 'PromotionMovedIn', grantId, current: grant },
  PromotionDefined: { type: 'PromotionDefined', definitionId, current: definition },
  PromotionRedefined: { type: 'PromotionRedefined', definitionId, previous: definition, current: definition },
  PromotionRetired: { type: 'PromotionRetired', definitionId, previous: definition },
  MemberTierSet: { type: 'MemberTierSet', recordId, current: memberTier },
  MemberTierChanged: { type: 'MemberTierChanged', recordId, previous: memberTier, current: memberTier },
  MemberTierEnded: { type: 'MemberTierEnded', recordId, previous: memberTier },
  PointsOpened: { type: 'PointsOpened', recordId, current: points },
  PointsBalanceChanged: {
    type: 'PointsBalanceChanged',
    recordId,
    previous: points,
    current: { ...points, balance: '0' },
  },
  PointsClosed: { type: 'PointsClosed', recordId, previous: points },
  TierDefined: { type: 'TierDefined', tierId, current: tier },
  TierRedefined: { type: 'TierRedefined', tierId, previous: tier, current: { ...tier, rank: null } },
  TierRetired: { type: 'TierRetired', tierId, previous: tier },
};

const contact = contactRecord({ FirstName: 'Zoë', LastName: 'Roth', Email: null, MemberNumber__c: 'M-1' }, 1772600767);
const gone: SourceRecord = {
  ref: { object: 'Order', id: purchaseId },
  fields: { Status: { value: 'Draft', stamp: stampOf(5) }, TotalAmount: { value: null, stamp: stampOf(6) } },
  existence: { says: 'gone', stamp: '000000000006000:1:0' },
  gap: { since: at, reReadAt: null },
};

const absence: AbsenceJob = {
  ...{ object: 'Contact', runs: ['contacts/9f0d5a54'], startedAt: at, previousStartedAt: at - 1 },
  ...{ rows: 3, known: 4, missedTwice: 1, buried: 0, phase: { type: 'comparing', cursor: 'Contact/003' }, ver: 2 },
};

const { pass } = liveOf('003-1');
const customisedLive = {
  ...liveOf('003-1'),
  pass: pass && {
    ...pass,
    tier: { ...pass.tier, name: null },
    promotions: [
      {
        ...{ id: grantId, title: null, validFrom: null, validTo: null, state: 'available', value: null },
        custom: { code: 'X-1', badge: null },
      },
    ],
    points: [{ name: 'Miles', balance: '120.5' }],
    custom: { size: 'M' },
  },
};

const forgottenLive = { ...liveOf('003-1'), pass: pass && { ...pass, status: 'withdrawn', forgotten: true } };

/** One of everything that is stored, by the name of its golden file. */
export const samples: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(Object.entries(events).map(([type, event]) => [`event.${type}`, commitSample([event])])),
  'event.several': commitSample([events.MemberEnrolled, events.MemberDetailsChanged, bought('801')], 'bulk'),
  'event.customised': commitSample([
    { type: 'MemberEnrolled', current: customised.member },
    { type: 'PromotionGranted', grantId, current: customised.grant },
    { type: 'PromotionDefined', definitionId, current: customised.definition },
  ]),
  'event.deflated': commitSample(Array.from({ length: 20 }, (_, index) => bought(`80${index}`))),
  'record.member': { record: contact, ver: 3 },
  'record.gone': { record: gone, ver: 3 },
  'record.rowOfMember': { record: contact, ver: 3, lastRow: '1f00ba5eba11cafe' },
  'record.row': { record: { ...gone, gap: null }, ver: 3, lastRow: '1f00ba5eba11cafe' },
  'live.full': liveOf('003-1'),
  'live.customised': customisedLive,
  'live.forgotten': forgottenLive,
  'live.provisional': { ...liveOf('003-1'), pass: null, due: null, change: null },
  'live.parked': { ...liveOf('003-1'), states: { 'tier@2': {} }, parked: ['badge@1'] },
  'shadow.plain': shadowOf('003-1'),
  'shadow.deflated': { ...shadowOf('003-1'), state: Array.from({ length: 300 }, (_, order) => `order ${order}`) },
  'shadow.parked': { ...shadowOf('003-1'), isParked: true },
  'release.walking': { ...releaseOf(3), walk: { cursor: 'member-003', pushesPerSecond: 50 } },
  'release.ended': { ...releaseOf(2), walk: null },
  'job.running': jobOf('20260304050607000'),
  'job.failed': { ...jobOf('1'), state: 'failed', endedAt: at + 9, failure: 'the store is unavailable', size: null },
  'turn.taken': turnOf('replay-1a2b3c4d-0'),
  'turn.named': turnOf('replay-1a2b3c4d-0', '20260304050607000'),
  'segment.half': segmentOf(0),
  'segment.done': { ...segmentOf(1), cursor: null, isDone: true },
  'parked.member': { ...parkedOf('003-1'), triedAt: at + 1, attempts: 2 },
  'catalog.content': catalogOf(3),
  'delivery.wallet': { ...walletEvent, id: '003-1.7', content: '{"id":"003-1.7"}', acceptedAt: at },
  'delivery.foreign': {
    ...{ ...foreignOf('o-1'), source: 'shop', type: 'Shipped', lane: 'bulk', acceptedAt: at },
    ...{ pass: null, traceparent: null, correlationId: null, content: JSON.stringify({ data: 'Zoë '.repeat(900) }) },
  },
  'accepted.foreign': { ...foreignOf('o-1'), acceptedAt: at },
  'card.first': card,
  'card.unseen': { ...card, changed: ['spend', 'tier.name'] },
  'place.new': {
    ...stored,
    place: { ...place, failures: 0, reason: null, notBefore: null, steps: [], progress: null },
  },
  'place.waiting': { ...stored, place },
  'place.backingoff': { ...stored, place: { ...place, backedOffMs: 12_500 } },
  'place.inhand': { ...stored, place: { ...place, token: 'claim-2', nudged: at + 9 } },
  'place.confirming': { ...stored, place: { ...place, ...handedOver, queue: 'confirming', done: 6 } },
  'place.delivered': { ...stored, place: { ...place, ...handedOver, queue: null, due: null, done: 7 } },
  'place.dead': {
    place: { ...place, key: ofEvent, queue: 'dead', since: null, notBefore: null, wanted: 1 },
    ...{ ver: 4, expiresAt: 1_773_205_567 },
  },
  'registration.new': registration,
  'registration.seen': { ...registration, listed: { revision: 7, at }, fetched: { revision: 6, at: at - 1 } },
  'pointer.pass': { deviceId: 'd-1', memberId },
  'slots.taken': { free: at + 0.25 },
  'stale.record': { scope: 'record', object: 'Order', id: purchaseId, owner: memberId, since: at },
  'stale.object': { scope: 'object', object: 'Order', id: null, owner: null, since: at },
  'fingerprints.taken': {
    ...{ memberId, values: 2, tooShort: 1, lengths: [4, 9] },
    beginnings: ['AAAAAAAAAAAAAAAAAAAAAA=='],
    wholes: ['AQAAAAAAAAAAAAAAAAAAAA==', 'AgAAAAAAAAAAAAAAAAAAAA=='],
  },
  'forgotten.asked': { memberId, askedAt: at, isSettled: false },
  'forgotten.settled': { memberId, askedAt: at, isSettled: true },
  'reread.object': { object: 'Order', scope: 'object', since: at, requestedAt: at + 1 },
  'runfile.hinted': { value: { extraction: null, loaded: null }, ver: 1 },
  'runfile.loaded': {
    value: { extraction: { at, known: true }, loaded: { rows: 2, unreadable: 1, audit: {} } },
    ver: 3,
  },
  'runfile.audited': {
    value: {
      extraction: { at, known: true },
      loaded: { rows: 2, unreadable: 0, audit: { 'Order.TotalAmount': { missed: 2, wrong: 1 } } },
    },
    ver: 3,
  },
  'runreports.none': { value: { startedAt: null, end: null }, ver: 1 },
  'runreports.ended': {
    value: { startedAt: at, end: { endedAt: at + 1, isSuccessful: false, rows: null, failures: 1, error: 'timeout' } },
    ver: 3,
  },
  'runlist.run': { ref: runRef, heardAt: at },
  'absence.comparing': absence,
  'absence.held': { ...absence, phase: { type: 'held', why: 'TooMany' } },
  'absence.done': { ...absence, previousStartedAt: null, phase: { type: 'done' } },
  'miss.first': { id: memberId, first: at, last: at },
  'catalog.tiers': {
    ...catalogOf(3),
    catalog: { ...catalogOf(3).catalog, tiers: { [tierId]: { ...tier, exists: true } } },
  },
};
