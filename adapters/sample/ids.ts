const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const SERIALS = 62 ** 5;

/** Key prefixes: the first three characters of a record id. Custom objects start with `a`. */
const KEY_PREFIX = {
  Account: '001',
  Contact: '003',
  User: '005',
  Order: '801',
  Voucher__c: 'a0V',
  Promotion__c: 'a0P',
} as const;

/** The 18-character id of the serial-th record of an object. Distinct for serials from 0 to 62^5 - 1 (about 916 million). */
export const salesforceId = (object: keyof typeof KEY_PREFIX, serial: number): string => {
  // An odd multiplier without the factor 31 permutes 0..62^5 - 1: ids look issued by a busy org, upper and lower case mixed.
  let scattered = (serial * 48271 + 123456789) % SERIALS;
  let tail = '';
  for (let i = 0; i < 5; i++) {
    tail = BASE62.charAt(scattered % 62) + tail;
    scattered = Math.floor(scattered / 62);
  }
  return withChecksum(`${KEY_PREFIX[object]}8d00000${tail}`);
};

/**
 * Appends the three-letter suffix that makes a 15-character id safe where case is lost. Each letter indexes five bits, one per
 * character of its group of five: the k-th bit, lowest first, is set when the k-th character is upper case (A-Z).
 */
export const withChecksum = (id15: string): string => {
  let suffix = '';
  for (let group = 0; group < 15; group += 5) {
    let bits = 0;
    for (let k = 0; k < 5; k++) if (/[A-Z]/.test(id15.charAt(group + k))) bits |= 1 << k;
    suffix += SUFFIX.charAt(bits);
  }
  return id15 + suffix;
};

/** The retailer's one account. */
export const ACCOUNT_ID = salesforceId('Account', 1);
