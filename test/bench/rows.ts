import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { salesforceId } from '#adapters/sample/ids.ts';
import { forkSeed, type Random, seededRandom } from '#adapters/sample/random.ts';
import type { Extraction } from '#domain/index.ts';

export type BulkObject = 'Contact' | 'Order';

/** After every row was modified. */
export const EXTRACTION: Extraction = { at: Date.UTC(2026, 6, 1), known: true };
const NEWEST = Date.UTC(2026, 5, 30);
const YEAR_S = 365 * 86_400;

/**
 * The index-th row of an AppFlow file: about twenty fields of which six or nine are read, a nested address, every fifth name beyond ASCII.
 * A function of object and index alone, so that whoever knows an id knows the row.
 */
export const bulkRow = (object: BulkObject, index: number, members: number): Readonly<Record<string, unknown>> => {
  const random = seededRandom(forkSeed(index, object));
  const modified = new Date(NEWEST - random.int(0, YEAR_S) * 1000);
  const row = object === 'Contact' ? contact(index, random, modified) : order(index, random, modified, members);
  return { ...row, ...audit(random, modified) };
};

const PREFIX = { Contact: '0038d', Order: '8018d' };

const bulkId = (object: BulkObject, index: number): string => `${PREFIX[object]}${String(index).padStart(10, '0')}AAA`;

/** Which row an id belongs to. */
export const bulkIndex = (id: string): number => Number(id.slice(5, 15));

const contact = (index: number, random: Random, modified: Date) => {
  const [firstName, lastName] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  return {
    Id: bulkId('Contact', index),
    IsDeleted: false,
    MasterRecordId: null,
    AccountId: salesforceId('Account', random.int(1, 20_000)),
    LastName: lastName,
    FirstName: firstName,
    Salutation: random.pick(['Ms.', 'Mr.', null]),
    Name: `${firstName} ${lastName}`,
    MailingAddress: address(random),
    Phone: `+336${random.int(10_000_000, 99_999_999)}`,
    Email: `customer.${index}@example.com`,
    MemberNumber__c: `M${String(index).padStart(9, '0')}`,
    MemberSince__c: new Date(modified.getTime() - random.int(0, YEAR_S) * 1000).toISOString().slice(0, 10),
    HasOptedOutOfEmail: random.chance(0.2),
    PreferredLanguage__c: random.pick(['fr', 'de', 'en', 'it']),
    LoyaltyScore__c: random.int(0, 10_000) / 100,
  };
};

const order = (index: number, random: Random, modified: Date, members: number) => ({
  Id: bulkId('Order', index),
  IsDeleted: false,
  OwnerId: salesforceId('User', random.int(1, 40)),
  AccountId: salesforceId('Account', random.int(1, 20_000)),
  EffectiveDate: modified.toISOString().slice(0, 10),
  Status: random.pick(['Activated', 'Activated', 'Completed', 'Draft']),
  BillingAddress: address(random),
  BillToContactId: bulkId('Contact', random.int(0, members - 1)),
  IsReductionOrder: random.chance(0.05),
  OriginalOrderId: null,
  TotalAmount: random.int(500, 40_000) / 100,
  CurrencyIsoCode: 'EUR',
  OrderNumber: String(index).padStart(8, '0'),
  Pricebook2Id: '01s8d000000AbCdAAK',
  SalesStore__c: random.pick(['Genève', 'Zürich HB', 'Lyon', 'online']),
  PaymentTerms__c: random.pick(['card', 'invoice 30 days', null]),
});

const audit = (random: Random, modified: Date) => ({
  CreatedDate: salesforceTime(new Date(modified.getTime() - random.int(0, YEAR_S) * 1000)),
  CreatedById: salesforceId('User', random.int(1, 40)),
  LastModifiedDate: salesforceTime(modified),
  LastModifiedById: salesforceId('User', random.int(1, 40)),
  SystemModstamp: salesforceTime(new Date(modified.getTime() + random.int(0, 3) * 1000)),
});

const salesforceTime = (at: Date): string => at.toISOString().replace('Z', '+0000');

const address = (random: Random) => ({
  city: random.pick(['Genève', 'Zürich', 'Lyon', 'Berlin', 'Torino']),
  country: random.pick(['Switzerland', 'France', 'Germany', 'Italy']),
  postalCode: String(random.int(1000, 99_999)),
  state: null,
  street: `${random.int(1, 200)} rue du Marché`,
  latitude: null,
  longitude: null,
  geocodeAccuracy: null,
});

const FIRST_NAMES = ['Anna', 'Zoë', 'Marc', 'Ines', 'Jonas', 'Lea', 'Nadia', 'Paul', 'Sofia', 'Tom'];
const LAST_NAMES = ['Roth', 'Müller', 'Favre', '山田', 'Weber', 'Rossi', 'Martin', 'Keller', 'Bianchi', 'Dubois'];

export type BulkFile = {
  readonly object: BulkObject;
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** The owners that orders name. */
  readonly members: number;
};

export type BulkSize = { readonly bytes: number } | { readonly rows: number };

/** Rows 0, 1, 2, … until the size is reached. */
export const writeBulkFile = async (
  directory: string,
  object: BulkObject,
  members: number,
  size: BulkSize,
): Promise<BulkFile> => {
  const path = join(directory, `${object}.ndjson`);
  const file = createWriteStream(path);
  let bytes = 0;
  let rows = 0;
  while ('bytes' in size ? bytes < size.bytes : rows < size.rows) {
    const lines: string[] = [];
    const from = rows;
    while ('bytes' in size ? rows < from + 1000 : rows < Math.min(size.rows, from + 1000)) {
      lines.push(JSON.stringify(bulkRow(object, rows, members)));
      rows += 1;
    }
    const block = Buffer.from(`${lines.join('\n')}\n`);
    bytes += block.length;
    if (!file.write(block)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return { object, path, bytes, rows, members };
};

/** A directory that is there as long as it is used. */
export const inTemporaryDirectory = async <T>(use: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'billfold-bench-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};
