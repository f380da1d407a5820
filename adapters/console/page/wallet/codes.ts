import { azteccode, code128, drawingSVG, pdf417, qrcode } from 'bwip-js/browser';

const ENCODERS = { QR: qrcode, PDF417: pdf417, Aztec: azteccode, 'Code 128': code128 } as const;
const NAMES = { QR: 'qrcode', PDF417: 'pdf417', Aztec: 'azteccode', 'Code 128': 'code128' } as const;

export type Symbology = keyof typeof ENCODERS;

/** The code as an SVG image, to be put into an address. null: such a message cannot be encoded so. */
export const codeImage = (symbology: Symbology, message: string): string | null => {
  const text = utf8Text(message);
  try {
    const svg = ENCODERS[symbology]({ bcid: NAMES[symbology], text, binarytext: true }, drawingSVG());
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  } catch {
    return null;
  }
};

/** A character for each byte. */
const utf8Text = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
