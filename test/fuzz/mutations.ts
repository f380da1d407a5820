import fc from 'fast-check';
import { badBytes, longValues, oddBytes, oddKeys, oddValues } from './odd.ts';
import { placesIn, type Tree, treeOf, written } from './tree.ts';

/** One change of a tree. at: which place, counted round. */
type Edit =
  | { readonly type: 'replace'; readonly at: number; readonly text: string }
  | { readonly type: 'remove' | 'double' | 'wrap' | 'box'; readonly at: number; readonly which: number }
  | { readonly type: 'rename' | 'add'; readonly at: number; readonly which: number; readonly key: string }
  | { readonly type: 'move'; readonly at: number; readonly from: number }
  | {
      readonly type: 'deepen';
      readonly at: number;
      readonly open: string;
      readonly close: string;
      readonly depth: number;
    };

const at = fc.nat({ max: 10_000 });
const which = fc.nat({ max: 100 });
const key = fc.constantFrom(...oddKeys);

const editArb: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ type: fc.constant('replace'), at, text: fc.constantFrom(...oddValues) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('replace'), at, text: fc.constantFrom(...longValues) }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('replace'),
      at,
      text: fc.jsonValue().map((value) => JSON.stringify(value)),
    }),
  },
  { weight: 25, arbitrary: fc.record({ type: fc.constantFrom('remove', 'double', 'wrap', 'box'), at, which }) },
  { weight: 15, arbitrary: fc.record({ type: fc.constantFrom('rename', 'add'), at, which, key }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('move'), at, from: at }) },
  {
    weight: 4,
    arbitrary: fc
      .record({ at, list: fc.boolean(), depth: fc.constantFrom(3, 21, 65, 400, 3_000) })
      .map(({ at, list, depth }) => ({ type: 'deepen', at, depth, ...(list ? LISTS : OBJECTS) }) as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ at, list: fc.boolean() })
      .map(({ at, list }) => ({ type: 'deepen', at, depth: 12_000, ...(list ? LISTS : OBJECTS) }) as const),
  },
);
/** Deeper than any stack. */
export const deep = (open: string, close: string): string => `${open.repeat(100_000)}${close.repeat(100_000)}`;
const LISTS = { open: '[', close: ']' };
const OBJECTS = { open: '{"a":', close: '}' };

/** As text: one of these values, some of it otherwise. */
export const jsonTextArb = (seeds: readonly unknown[], most = 4): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...seeds), changesArb(most)).map(([seed, change]) => change(seed));

/** What is done to a value that is not known yet: its text, some of it otherwise. */
const changesArb = (most: number): fc.Arbitrary<(seed: unknown) => string> =>
  fc.array(editArb, { maxLength: most }).map((edits) => (seed) => written(edits.reduce(edited, treeOf(seed))));

/** As documentArb, of a value that is only known when it is played. */
export const mutationArb: fc.Arbitrary<(seed: unknown) => Buffer> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.tuple(changesArb(4), byteEditsArb()).map(
      ([change, edits]) =>
        (seed: unknown) =>
          edits.reduce<Buffer>(spliced, Buffer.from(change(seed))),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => () => Buffer.from(bytes)),
  },
);

/** As bytes: some of them others, invalid UTF-8 among them. */
export const bytesOf = (texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> =>
  fc.tuple(texts, byteEditsArb()).map(([text, edits]) => edits.reduce<Buffer>(spliced, Buffer.from(text)));

/** Of a document of JSON: mostly a valid one with a few changes, sometimes nothing but bytes. */
export const documentArb = (seeds: readonly unknown[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 30, arbitrary: bytesOf(jsonTextArb(seeds)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: bytesOf(fc.json()) },
  );

type ByteEdit = { readonly at: number; readonly removed: number; readonly added: Buffer };
function byteEditsArb(): fc.Arbitrary<readonly ByteEdit[]> {
  const byteEditArb: fc.Arbitrary<ByteEdit> = fc.record({
    at: fc.nat({ max: 100_000 }),
    removed: fc.constantFrom(0, 0, 1, 1, 2, 50),
    added: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...oddBytes) },
      { weight: 2, arbitrary: fc.constantFrom(...badBytes) },
    ),
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.array(byteEditArb, { minLength: 1, maxLength: 3 }) },
  );
}

const spliced = (bytes: Buffer, { at, removed, added }: ByteEdit): Buffer => {
  const place = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, place), added, bytes.subarray(place + removed)]);
};

/** A text of one of these, or of an odd value, with characters changed here and there. */
export const textArb = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...seeds) },
        { weight: 2, arbitrary: fc.constantFrom(...oddValues.flatMap(unquoted)) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
      ),
      fc.array(fc.tuple(fc.nat({ max: 1_000 }), fc.nat({ max: 2 }), fc.string({ maxLength: 3 })), { maxLength: 2 }),
    )
    .map(([text, edits]) =>
      edits.reduce((edited, [at, removed, added]) => {
        const place = at % (edited.length + 1);
        return edited.slice(0, place) + added + edited.slice(place + removed);
      }, text),
    );
const unquoted = (text: string): readonly string[] => (text.startsWith('"') ? [String(JSON.parse(text))] : []);

const edited = (tree: Tree, edit: Edit): Tree => {
  let root = tree;
  const places = placesIn(tree, (value) => {
    root = value;
  });
  const place = places[edit.at % places.length];
  if (place === undefined) return root;
  const { value, replace } = place;
  switch (edit.type) {
    case 'replace':
      replace({ type: 'text', text: edit.text });
      break;
    case 'wrap':
      replace({ type: 'list', items: [value] });
      break;
    case 'box':
      replace({ type: 'object', entries: [[oddKeys[edit.which % oddKeys.length] ?? '', value]] });
      break;
    case 'deepen':
      replace({ type: 'deep', inner: value, open: edit.open, close: edit.close, depth: edit.depth });
      break;
    case 'move':
      replace(structuredClone(places[edit.from % places.length]?.value ?? value));
      break;
    default:
      changeWithin(value, edit);
  }
  return root;
};

const changeWithin = (value: Tree, edit: Extract<Edit, { which: number }>): void => {
  const children: unknown[] = value.type === 'list' ? value.items : value.type === 'object' ? value.entries : [];
  const index = children.length === 0 ? 0 : edit.which % children.length;
  if (edit.type === 'remove') children.splice(index, 1);
  if (edit.type === 'double') children.splice(index, 0, ...structuredClone(children.slice(index, index + 1)));
  if (value.type !== 'object' || !('key' in edit)) return;
  const entry = value.entries[index];
  if (edit.type === 'rename' && entry !== undefined) entry[0] = edit.key;
  if (edit.type === 'add')
    value.entries.push([edit.key, { type: 'text', text: oddValues[edit.which % oddValues.length] ?? 'null' }]);
};
