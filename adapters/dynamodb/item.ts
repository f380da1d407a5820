import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** An item as read: from a table, from a stream, or as JSON from a pipe, where bytes come as base64. */
export type ItemImage = Readonly<Record<string, AttributeImage>>;
type AttributeImage = {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: Uint8Array | string | undefined;
};

/** undefined: the item does not have it, or as another type. */
export const textIn = (item: ItemImage, name: string): string | undefined => item[name]?.S;
export const numberIn = (item: ItemImage, name: string): number | undefined => {
  const value = Number(item[name]?.N);
  return Number.isFinite(value) ? value : undefined;
};
/** Epoch ms. undefined as well: no day has it. */
export const instantIn = (item: ItemImage, name: string): number | undefined => {
  const value = numberIn(item, name);
  return value === undefined || Math.abs(value) > LAST_INSTANT ? undefined : value;
};
/** ECMAScript, "Time Values and Time Range". */
const LAST_INSTANT = 8.64e15;
export const bytesIn = (item: ItemImage, name: string): Uint8Array | undefined => {
  const bytes = item[name]?.B;
  return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : bytes;
};

export const number = (value: number): AttributeValue => ({ N: String(value) });

/** The item with a long text as it is or, where that saves at least one write unit, deflated. */
export const withText = (item: Item, text: string, names: TextNames): Item => {
  const plain: Item = { ...item, [names.plain]: { S: text } };
  const units = writeUnits(plain);
  if (units === 1) return plain;
  const deflated: Item = { ...item, [names.deflated]: { B: deflateRawSync(text) } };
  return writeUnits(deflated) < units ? deflated : plain;
};

export type TextNames = { readonly plain: string; readonly deflated: string };

/** undefined: neither is there, or the bytes cannot be inflated. */
export const longTextIn = (item: ItemImage, { plain, deflated }: TextNames): string | undefined => {
  const text = textIn(item, plain);
  const bytes = bytesIn(item, deflated);
  if (text !== undefined || bytes === undefined) return text;
  try {
    return inflateRawSync(bytes, { chunkSize: INFLATED_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
};

/**
 * Room for what most texts are, in one piece; a longer one takes several. Node's own 16 KB for each text are garbage of which the collector has to be rid: 3,823
 * commits of 2.6 KB were inflated in 37 to 43 ms of CPU, by Node's own in 47 to 106 (in turn, 2026-11-22, busy cores).
 */
const INFLATED_BYTES = 4096;

/** DynamoDB charges a write for each KB begun. */
const writeUnits = (item: Item): number => Math.ceil(itemBytes(item) / 1024);

/** Names and values as UTF-8; numbers about two digits a byte (DynamoDB guide, "item sizes and formats"). */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.length;
  return value.N === undefined ? 1 : Math.ceil(value.N.length / 2) + 1;
};

export const sameItem = (a: ItemImage, b: ItemImage): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameAttribute(a, b, name));
};

const sameAttribute = (a: ItemImage, b: ItemImage, name: string): boolean => {
  const [left, right] = [bytesIn(a, name), bytesIn(b, name)];
  if (left !== undefined && right !== undefined) return Buffer.compare(left, right) === 0;
  return (
    left === right &&
    a[name] !== undefined &&
    b[name] !== undefined &&
    textIn(a, name) === textIn(b, name) &&
    numberIn(a, name) === numberIn(b, name)
  );
};
