/** An operator as the EventBridge guide has it ("Comparison operators for use in event patterns", read 2026-11-21), and what it says of examples. */
export type Operator = {
  readonly name: string;
  readonly pattern: object;
  readonly matches: readonly object[];
  readonly others: readonly object[];
  /** guide: what its column "Pipe support" says. null: not listed there. here: what a pipe's filter may hold with us. */
  readonly pipes: { readonly guide: boolean | null; readonly here: boolean };
};

const everywhere = { guide: true, here: true };
const notInPipes = { guide: false, here: false };
/** Other texts of AWS leave these out of what pipes know; a filter without them is understood by all. */
const disputed = { guide: true, here: false };

export const operators: readonly Operator[] = [
  {
    name: 'equals',
    pattern: { Name: ['Alice'] },
    matches: [{ Name: 'Alice' }, { Name: 'Alice', Day: 'Monday' }],
    others: [{ Name: 'alice' }, { Name: 'Alicea' }, {}, { detail: { Name: 'Alice' } }],
    pipes: everywhere,
  },
  {
    name: 'and',
    pattern: { Location: ['New York'], Day: ['Monday'] },
    matches: [{ Location: 'New York', Day: 'Monday' }],
    others: [{ Location: 'New York' }, { Location: 'New York', Day: 'Tuesday' }],
    pipes: everywhere,
  },
  {
    name: 'or, of values',
    pattern: { PaymentType: ['Credit', 'Debit'] },
    matches: [{ PaymentType: 'Credit' }, { PaymentType: 'Debit' }],
    others: [{ PaymentType: 'Cash' }],
    pipes: everywhere,
  },
  {
    name: 'or, of fields',
    pattern: { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
    matches: [{ Location: 'New York' }, { Day: 'Monday' }, { Location: 'New York', Day: 'Monday' }],
    others: [{ Location: 'Rome', Day: 'Tuesday' }, {}],
    pipes: disputed,
  },
  {
    name: 'empty',
    pattern: { LastName: [''] },
    matches: [{ LastName: '' }],
    others: [{ LastName: null }, {}, { LastName: ' ' }],
    pipes: everywhere,
  },
  {
    name: 'null',
    pattern: { UserID: [null] },
    matches: [{ UserID: null }],
    others: [{ UserID: '' }, { UserID: 'null' }, {}],
    pipes: everywhere,
  },
  {
    name: 'equals, a number',
    pattern: { Price: [{ numeric: ['=', 100] }] },
    matches: [{ Price: 100 }, { Price: 1e2 }],
    others: [{ Price: '100' }, { Price: 100.1 }],
    pipes: everywhere,
  },
  {
    name: 'numeric range',
    pattern: { Price: [{ numeric: ['>', 10, '<=', 20] }] },
    matches: [{ Price: 10.5 }, { Price: 20 }],
    others: [{ Price: 10 }, { Price: 20.5 }, { Price: '15' }],
    pipes: everywhere,
  },
  {
    name: 'exists',
    pattern: { ProductName: [{ exists: true }] },
    matches: [{ ProductName: 'a' }, { ProductName: null }, { ProductName: [1] }],
    others: [{}, { ProductName: { en: 'a' } }, { ProductName: [] }],
    pipes: everywhere,
  },
  {
    name: 'does not exist',
    pattern: { ProductName: [{ exists: false }] },
    matches: [{}, { ProductName: { en: 'a' } }],
    others: [{ ProductName: 'a' }, { ProductName: null }],
    pipes: everywhere,
  },
  {
    name: 'begins with',
    pattern: { Region: [{ prefix: 'us-' }] },
    matches: [{ Region: 'us-east-1' }],
    others: [{ Region: 'US-east-1' }, { Region: 'eu-us-' }, { Region: 1 }],
    pipes: everywhere,
  },
  {
    name: 'begins with, ignoring case',
    pattern: { service: [{ prefix: { 'equals-ignore-case': 'eventb' } }] },
    matches: [{ service: 'EventBridge' }, { service: 'EVENTB' }],
    others: [{ service: 'Amazon EventBridge' }],
    pipes: disputed,
  },
  {
    name: 'ends with',
    pattern: { FileName: [{ suffix: '.png' }] },
    matches: [{ FileName: 'a.png' }],
    others: [{ FileName: 'a.PNG' }, { FileName: 'a.png.gz' }],
    pipes: disputed,
  },
  {
    name: 'ends with, ignoring case',
    pattern: { service: [{ suffix: { 'equals-ignore-case': 'tBridge' } }] },
    matches: [{ service: 'EventBridge' }, { service: 'EVENTBRIDGE' }],
    others: [{ service: 'EventBridge.' }],
    pipes: disputed,
  },
  {
    name: 'equals, ignoring case',
    pattern: { Name: [{ 'equals-ignore-case': 'alice' }] },
    matches: [{ Name: 'Alice' }, { Name: 'ALICE' }],
    others: [{ Name: 'Alicea' }],
    pipes: disputed,
  },
  {
    name: 'anything but',
    pattern: { state: [{ 'anything-but': 'initializing' }] },
    matches: [{ state: 'running' }, { state: 1 }, { state: null }, { state: 'INITIALIZING' }],
    others: [{ state: 'initializing' }, {}],
    pipes: everywhere,
  },
  {
    name: 'anything but, of several',
    pattern: { 'x-limit': [{ 'anything-but': [100, 200, 300] }] },
    matches: [{ 'x-limit': 301.8 }, { 'x-limit': '100' }],
    others: [{ 'x-limit': 200 }, {}],
    pipes: everywhere,
  },
  {
    name: 'anything but a beginning',
    pattern: { Region: [{ 'anything-but': { prefix: 'us-' } }] },
    matches: [{ Region: 'eu-west-1' }],
    others: [{ Region: 'us-east-1' }, {}],
    pipes: notInPipes,
  },
  {
    name: 'anything but an end',
    pattern: { FileName: [{ 'anything-but': { suffix: '.png' } }] },
    matches: [{ FileName: 'a.txt' }],
    others: [{ FileName: 'a.png' }, {}],
    pipes: notInPipes,
  },
  {
    name: 'anything but, ignoring case',
    pattern: { state: [{ 'anything-but': { 'equals-ignore-case': ['initializing', 'stopped'] } }] },
    matches: [{ state: 'running' }],
    others: [{ state: 'INITIALIZING' }, { state: 'Stopped' }, {}],
    pipes: notInPipes,
  },
  {
    name: 'anything but a wildcard',
    pattern: { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    matches: [{ FilePath: '/usr/bin/x' }],
    others: [{ FilePath: '/usr/lib/x' }, {}],
    pipes: notInPipes,
  },
  {
    name: 'wildcard',
    pattern: { FilePath: [{ wildcard: 'dir/*.png' }] },
    matches: [{ FilePath: 'dir/a.png' }, { FilePath: 'dir/b/c.png' }, { FilePath: 'dir/.png' }],
    others: [{ FilePath: 'dir.png' }, { FilePath: 'a/dir/b.png' }],
    pipes: notInPipes,
  },
  {
    name: 'IP address',
    pattern: { 'source-ip': [{ cidr: '10.0.0.0/24' }] },
    matches: [{ 'source-ip': '10.0.0.255' }],
    others: [{ 'source-ip': '10.0.1.0' }, { 'source-ip': 'ten' }, { 'source-ip': '::ffff' }],
    pipes: { guide: null, here: false },
  },
  {
    name: 'IP address, IPv6',
    pattern: { 'source-ip': [{ cidr: '2001:db8::/32' }] },
    matches: [{ 'source-ip': '2001:db8:ffff::1' }],
    others: [{ 'source-ip': '2001:db9::1' }, { 'source-ip': '10.0.0.1' }],
    pipes: { guide: null, here: false },
  },
  {
    name: 'an array in the event',
    pattern: { resources: ['a', { prefix: 'b' }] },
    matches: [{ resources: ['x', 'a'] }, { resources: ['bc'] }, { resources: 'a' }],
    others: [{ resources: ['x'] }, { resources: [] }],
    pipes: everywhere,
  },
];

/** For ARCHITECTURE.md. */
export const operatorsMarkdown = (): string =>
  [
    '| Operator | As in | A rule | A pipe, says the guide | A pipe, with us |',
    '|---|---|---|---|---|',
    ...operators.map(
      ({ name, pattern, pipes }) =>
        `| ${name} | \`${JSON.stringify(pattern)}\` | yes | ${told(pipes.guide)} | ${told(pipes.here)} |`,
    ),
  ].join('\n');

const told = (said: boolean | null): string => (said === null ? 'not listed' : said ? 'yes' : 'no');
