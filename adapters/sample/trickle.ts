import { salesforceId } from './ids.ts';
import { commit, commitNumberAt, type Ledger, lastModifiedMs, type PlannedChange } from './ledger.ts';
import { memberId } from './members.ts';
import { type SampleOptions, sampleYear } from './org.ts';
import { emailOf, LAST_NAMES } from './people.ts';
import { dayOf } from './promotions.ts';
import { newOrder, orderNumber } from './purchases.ts';
import { forkSeed, type Random, seededRandom } from './random.ts';
import { newVoucher } from './vouchers.ts';
import { changeEntry, type Fields, type PutEventsEntry } from './wire.ts';

/** The next thing that happens in the org. nowMs: epoch milliseconds; the change is committed in that very second. */
export type NextChange = (nowMs: number) => readonly PutEventsEntry[];

/**
 * Life going on after the sample year: purchases, vouchers issued and redeemed, details changed, orders completed or cancelled.
 * The same seed, org and clock values give the same changes; another seed creates records with other ids.
 */
export const trickle = ({ seed, org }: { readonly seed: number; readonly org: SampleOptions }): NextChange => {
  const { records } = sampleYear(org);
  const random = seededRandom(forkSeed(seed, 'trickle'));
  let serial = FIRST_SERIAL + (forkSeed(seed, 'serials') % 4000) * 100_000;
  let commitNumber = 0n;
  return (nowMs) => {
    const atMs = Math.floor(nowMs / 1000) * 1000;
    serial += 1;
    const plan = planChange(records, random, atMs, serial, org.members);
    commitNumber = commitNumberAt(nowMs, commitNumber);
    const change = commit(records, plan, commitNumber);
    return [changeEntry(change, random.chance(0.2) ? 'relay' : 'appflow', nowMs)];
  };
};

/** Above every serial the sample year uses. */
const FIRST_SERIAL = 500_000_000;

const planChange = (records: Ledger, random: Random, atMs: number, serial: number, members: number): PlannedChange => {
  const die = random.fraction();
  const change = CHANGES.find(({ below }) => die < below);
  const planned = change === undefined ? undefined : updateOf(records, random, atMs, change);
  if (planned !== undefined) return planned;
  const buyer = findMember(records, random, members);
  const number = orderNumber(serial);
  const promotions = [...records].flatMap(([id, record]) =>
    record.object === 'Promotion__c' && record.fields.Active__c === true ? [id] : [],
  );
  const issues = die < 0.5;
  const fields = issues
    ? newVoucher(random, atMs, buyer, `V-${number}`, promotions)
    : newOrder(random, atMs, buyer, number, 1);
  const object = issues ? 'Voucher__c' : 'Order';
  return { atMs, object, recordIds: [salesforceId(object, serial)], changeType: 'CREATE', fields };
};

type LiveUpdate = {
  readonly below: number;
  readonly object: string;
  readonly when: (fields: Fields) => boolean;
  readonly set: (fields: Fields, random: Random, atMs: number) => Fields;
};

/** Cumulative: a die below 0.07 cancels an order, below 0.17 completes one, and so on; above the last a record is created. */
const CHANGES: readonly LiveUpdate[] = [
  {
    below: 0.07,
    object: 'Order',
    when: (order) => order.Status === 'Activated',
    set: () => ({ Status: 'Cancelled' }),
  },
  {
    below: 0.17,
    object: 'Order',
    when: (order) => order.Status === 'Activated',
    set: () => ({ Status: 'Completed' }),
  },
  {
    ...{ below: 0.27, object: 'Voucher__c', when: (voucher) => voucher.Status__c === 'Issued' },
    set: (_, __, atMs) => ({ Status__c: 'Redeemed', RedeemedOn__c: dayOf(atMs) }),
  },
  { below: 0.32, object: 'Contact', when: () => true, set: (_, random) => ({ LastName: random.pick(LAST_NAMES) }) },
  {
    ...{ below: 0.37, object: 'Contact', when: () => true },
    set: (contact, random) => ({
      Email: emailOf(String(contact.FirstName), String(contact.LastName), random.int(1, 99_999)),
    }),
  },
];

/** Nothing when no record fits, or the ones drawn already changed in this second: then a record is created instead. */
const updateOf = (records: Ledger, random: Random, atMs: number, change: LiveUpdate): PlannedChange | undefined => {
  const fits = [...records].filter(
    ([, record]) =>
      record.object === change.object &&
      record.fields.IsDeleted === false &&
      lastModifiedMs(record) < atMs &&
      change.when(record.fields),
  );
  if (fits.length === 0) return undefined;
  const [id, record] = random.pick(fits);
  const fields = change.set(record.fields, random, atMs);
  return { atMs, object: change.object, recordIds: [id], changeType: 'UPDATE', fields };
};

const findMember = (records: Ledger, random: Random, members: number): string => {
  for (let attempt = 0; attempt < 50; attempt++) {
    const id = memberId(random.int(0, members - 1));
    const contact = records.get(id);
    if (contact?.fields.IsDeleted === false && contact.fields.MemberNumber__c !== null) return id;
  }
  return memberId(0);
};
