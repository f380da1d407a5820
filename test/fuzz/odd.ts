/** Stands in mutated inputs wherever a person's data may, and is written as people are: nothing that is told may quote it. */
export const CANARY = 'Zoe Zanzibar';

/** JSON values, as text, that readers trip over: types changed, numbers and strings at their ends, keys that objects have anyway. */
export const oddValues: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '[{}]', '""', '" "', '"\\u00a0"', '"0"', '"null"'],
  ...['0', '-0', '-1', '1.5', '1e21', '1e400', '-1e400', '1e-400', '9007199254740993', '1652977933433528300'],
  ...['1e15', '-62135596800001', '8640000000000001', '253402300800000', '4294967296', '0.1', '123456789012345678.123'],
  ...[`"${CANARY}"`, `{"${CANARY}":1}`, `["${CANARY}"]`, `{"exactNumber":"${CANARY}"}`, '{"exactNumber":"1e9999"}'],
  ...['"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\u202e"', '"\\ufeff"', '"a\\u0301"', '"\\uffff"', '"😀"'],
  ...['"__proto__"', '"constructor"', '"hasOwnProperty"', '"toString"', '"prototype"', '"length"', '"then"'],
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":null,"toJSON":3}',
  '{"length":4294967295,"0":1}',
  '{"then":1}',
  '{"diff":"@@ -1 +1 @@"}',
  ...['"2026-02-30"', '"9999-12-31T23:59:60Z"', '"+275760-09-13T00:00:00.000Z"', '"1969-12-31T23:59:59Z"'],
  ...[
    '"2026-11-02T09:58:41.000+9999"',
    '"0000-01-01"',
    '"24:00:00Z"',
    '"1,5"',
    '"1e5"',
    '"0x10"',
    '"NaN"',
    '"Infinity"',
  ],
  ...['"../../etc/passwd"', '"/"', '"%00"', '"a/b"', '"a b"', '"<b>"', '"\'; --"', '"*"', '"003*"'],
  ...['"000000000000000AAA"', '"0038d0000000001"', '"0038d00000000010AA"', '"0038d0000000001aaa "'],
];

/** Long enough to tell a reader that is not linear. */
export const longValues: readonly string[] = [
  ...['a', '0', '1', ' ', '-', '.', '/', '*', '\\\\', '%', '+', '😀', '0.', '/*', 'a@', '1e'].map(
    (unit) => `"${unit.repeat(Math.ceil(20_000 / unit.length))}"`,
  ),
  '9'.repeat(20_000),
  `0.${'0'.repeat(20_000)}1`,
  `"${'_-'.repeat(10_000)}!"`,
  `[${'0,'.repeat(10_000)}0]`,
  `{${Array.from({ length: 1_000 }, (_, n) => `"k${n}":${n}`).join()}}`,
];

export const oddKeys: readonly string[] = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'length'],
  ...['', ' ', '0', '-1', '\u0000', '\ud800', '.', 'a.b', '$or', CANARY, 'x'.repeat(300), 'Id', 'type', 'detail'],
];

/** Bytes put in between: half characters, signs of JSON, numbers that end nowhere. */
export const oddBytes: readonly Buffer[] = [
  ...['', '{', '}', '[', ']', ',', ':', '"', '\\', '\n', '\r\n', '\t', '\0', '\u0001', '\ufeff', 'e', '-', '0', '.'],
  ...[
    'null',
    '\\u',
    '\\ud800',
    '\\u0000',
    '//',
    '/*',
    '{"a":',
    ',"__proto__":{"polluted":1}',
    ',"Id":7',
    '0000000000000000',
  ],
].map((text) => Buffer.from(text));
export const badBytes: readonly Buffer[] = [
  ...[[0xff], [0xc3], [0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf], [0xfe, 0xff], [0x1f, 0x8b]],
].map((bytes) => Buffer.from(bytes));
