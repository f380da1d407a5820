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

/** Of thresholds those whose names do not cover each other, in a chart up to that amount: the highest first. */
export const withRoom = <Threshold extends { readonly threshold: number }>(
  thresholds: readonly Threshold[],
  most: number,
): readonly Threshold[] => {
  const named: Threshold[] = [];
  for (const one of thresholds.toSorted((a, b) => b.threshold - a.threshold)) {
    const last = named.at(-1);
    if (last === undefined || last.threshold - one.threshold >= most * NAME_SHARE) named.push(one);
  }
  return named;
};

/** A line of text in the height of the chart. */
const NAME_SHARE = 0.08;
