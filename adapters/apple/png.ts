import { crc32 } from 'node:zlib';
import { zlibSync } from 'fflate';

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];
/** x and y: 0..1 of the side. */
export type Shape = (x: number, y: number) => Rgba;

/** Four by four samples a pixel make edges smooth. */
const SAMPLES = 4;

/** A square image of such a side, at most 255 pixels. The same bytes wherever it is made. */
export const png = (side: number, shape: Shape): Buffer => {
  const rows = Buffer.alloc(side * (1 + side * 4));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) rows.set(pixel(x, y, side, shape), y * (1 + side * 4) + 1 + x * 4);
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 6, 0, 0, 0]);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** Where its corners are alike, so is the pixel: shapes are larger than that. */
const pixel = (x: number, y: number, side: number, shape: Shape): Rgba => {
  const [left, right, top, bottom] = [x / side, (x + 1) / side, y / side, (y + 1) / side];
  const corner = shape(left, top);
  const isPlain = [shape(right, top), shape(left, bottom), shape(right, bottom)].every((other) => other === corner);
  return isPlain ? corner : mixed(x, y, side, shape);
};

const mixed = (x: number, y: number, side: number, shape: Shape): Rgba => {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
    const color = shape(
      (x + ((sample % SAMPLES) + 0.5) / SAMPLES) / side,
      (y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / side,
    );
    red += color[0];
    green += color[1];
    blue += color[2];
    alpha += color[3];
  }
  const count = SAMPLES * SAMPLES;
  return [red / count, green / count, blue / count, alpha / count];
};

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const chunk = (type: string, content: Uint8Array): Buffer => {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
};
