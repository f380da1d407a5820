import type { Images } from './images.ts';
import { png, type Rgba, type Shape } from './png.ts';

/** A card with a stripe on a round square: to be seen on any color, and to be replaced. Points and scales as Wallet asks for them. */
export const defaultImages = (): Images =>
  new Map(
    [1, 2, 3].flatMap((scale): readonly (readonly [string, Buffer])[] => {
      const suffix = scale === 1 ? '' : `@${scale}x`;
      return [
        [`icon${suffix}.png`, png(29 * scale, badge)],
        [`logo${suffix}.png`, png(40 * scale, badge)],
      ];
    }),
  );

const BLUE: Rgba = [42, 111, 219, 255];
const WHITE: Rgba = [255, 255, 255, 255];
const NOTHING: Rgba = [42, 111, 219, 0];

const badge: Shape = (x, y) => {
  if (!isInRoundedBox(x, y, WHOLE)) return NOTHING;
  const isOnCard = isInRoundedBox(x, y, CARD);
  return isOnCard && !(y > 0.39 && y < 0.49) ? WHITE : BLUE;
};

const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1, radius: 0.22 };
const CARD: Box = { left: 0.18, top: 0.28, right: 0.82, bottom: 0.72, radius: 0.07 };
type Box = Readonly<Record<'left' | 'top' | 'right' | 'bottom' | 'radius', number>>;
const isInRoundedBox = (x: number, y: number, { left, top, right, bottom, radius }: Box): boolean => {
  const dx = Math.max(left + radius - x, 0, x - (right - radius));
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
  return dx * dx + dy * dy <= radius * radius;
};
