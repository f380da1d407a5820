/** Black or white, whichever is easier to read on a ground such as #14213d (WCAG 2.2, relative luminance). */
export const readableOn = (ground: string): '#000000' | '#ffffff' =>
  // Where both are equally far away in contrast: (L + 0.05)² = 1.05 × 0.05.
  luminanceOf(ground) > 0.179 ? '#000000' : '#ffffff';

const luminanceOf = (hex: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const linear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
