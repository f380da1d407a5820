/** Four to seven round amounts, evenly apart, between which all of these lie, and zero. */
export const amountTicks = (amounts: readonly number[]): readonly number[] => {
  const [least, most] = [Math.min(0, ...amounts), Math.max(0, ...amounts)];
  if (least === most) return [0, 1];
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (ROUND.find((round) => round * power >= rough) ?? 10);
  const [from, to] = [Math.floor(least / step), Math.ceil(most / step)];
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step);
};

const ROUND = [1, 2, 2.5, 5, 10];
