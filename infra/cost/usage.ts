import { keysOf } from '../declared.ts';
import { type Meter, prices } from './prices.ts';

/** How much of what is charged for. What is absent is none. */
export type Usage = Readonly<Partial<Record<Meter, number>>>;

export const together = (...usages: readonly Usage[]): Usage => {
  const sum: Partial<Record<Meter, number>> = {};
  for (const usage of usages) for (const meter of keysOf(usage)) sum[meter] = (sum[meter] ?? 0) + (usage[meter] ?? 0);
  return sum;
};

export const times = (count: number, usage: Usage): Usage =>
  Object.fromEntries(keysOf(usage).map((meter) => [meter, count * (usage[meter] ?? 0)]));

/** In dollars. */
export const costOf = (usage: Usage): number =>
  keysOf(usage).reduce((sum, meter) => sum + (usage[meter] ?? 0) * (prices[meter].dollars / prices[meter].per), 0);
