import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { HistoryPoint } from '../../../http/answers/history.ts';
import { moneyText } from '../ui/moneyText.ts';
import { timeOfDay } from '../ui/timeText.ts';
import { useTimeZone } from '../ui/timeZone.ts';
import { amountTicks, withRoom } from './axes.ts';
import classes from './spendOverTime.module.css';

export type SpendChartProps = {
  readonly points: readonly HistoryPoint[];
  /** Until when the last point holds. */
  readonly until: string;
  /** Where the slider stands. */
  readonly at: string;
};

/** Loaded when it is first drawn: the library is as large as the rest of the page. */
export const SpendChart = ({ points, until, at }: SpendChartProps) => {
  const timeZone = useTimeZone();
  const currency = points.at(-1)?.qualifyingSpend.currency ?? '';
  const steps = stepsOf(points, until, currency);
  const [first, last] = [steps[0]?.at ?? 0, steps.at(-1)?.at ?? 0];
  const thresholds = thresholdsOf(points);
  const ticks = amountTicks([
    ...steps.flatMap(({ qualifying, lifetime }) => [qualifying, lifetime]),
    ...thresholds.map(({ threshold }) => threshold),
  ]);
  const named = new Set(withRoom(thresholds, ticks.at(-1) ?? 0).map(({ name }) => name));
  const marker = Math.min(Math.max(Date.parse(at), first), last);
  return (
    <div className={classes.plot}>
      <ResponsiveContainer width="100%" height="100%" minWidth={0}>
        <LineChart data={[...steps]} margin={{ top: 16, right: 12, bottom: 0, left: 0 }} title="Spend over time">
          <CartesianGrid stroke="var(--line)" strokeDasharray="2 4" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={[first, last]}
            tickFormatter={(tick: number) => tickText(tick, last - first, timeZone)}
            tick={TICK}
            stroke="var(--line-strong)"
            minTickGap={48}
          />
          <YAxis
            ticks={[...ticks]}
            domain={[ticks[0] ?? 0, ticks.at(-1) ?? 0]}
            interval={0}
            tickFormatter={shortAmount}
            tick={TICK}
            stroke="var(--line-strong)"
            width={52}
          />
          {thresholds.map(({ name, threshold }) => (
            <ReferenceLine
              key={name}
              y={threshold}
              stroke="var(--line-strong)"
              strokeDasharray="4 3"
              {...(named.has(name) && { label: { ...NAME, value: name } })}
            />
          ))}
          <ReferenceLine x={marker} stroke="var(--text)" strokeWidth={1.5} />
          <Tooltip content={<Tip />} isAnimationActive={false} />
          {/* The wider one lies below: where both are the same, each is still seen. */}
          <Line {...LINE} dataKey="qualifying" stroke="var(--accent)" strokeWidth={4} />
          <Line {...LINE} dataKey="lifetime" stroke="var(--info)" strokeDasharray="5 3" />
        </LineChart>
      </ResponsiveContainer>
      <ul className={classes.legend}>
        <li>Qualifying, last twelve months ({currency})</li>
        <li className={classes.dashed}>Lifetime ({currency})</li>
        <li className={classes.threshold}>Where a tier begins</li>
      </ul>
    </div>
  );
};

const NAME = { position: 'insideBottomLeft', fill: 'var(--text-soft)', fontSize: 12 } as const;
const TICK = { fill: 'var(--text-soft)', fontSize: 12 };
const LINE = { type: 'stepAfter', dot: false, isAnimationActive: false, strokeWidth: 2 } as const;

type Step = {
  readonly at: number;
  readonly qualifying: number;
  readonly lifetime: number;
  readonly told: readonly string[];
};

/** Doubles are good enough to draw; what is read is told of the exact text. */
const stepsOf = (points: readonly HistoryPoint[], until: string, currency: string): readonly Step[] => {
  const steps = points.map(({ evaluatedAt, qualifyingSpend, lifetime, tier }): Step => {
    const all = lifetime.find((sum) => sum.currency === currency)?.amount ?? '0';
    return {
      at: Date.parse(evaluatedAt),
      qualifying: Number(qualifyingSpend.amount),
      lifetime: Number(all),
      told: [
        `Tier ${tier ?? 'none'}`,
        `Qualifying ${moneyText(qualifyingSpend.amount, qualifyingSpend.currency)}`,
        `Lifetime ${moneyText(all, currency)}`,
      ],
    };
  });
  const last = steps.at(-1);
  return last === undefined ? [] : [...steps, { ...last, at: Math.max(last.at, Date.parse(until)) }];
};

/** Of every tier that was next at some time. */
const thresholdsOf = (
  points: readonly HistoryPoint[],
): readonly { readonly name: string; readonly threshold: number }[] => {
  const next = points.flatMap((point) =>
    point.next === null ? [] : [[point.next.name, Number(point.next.threshold)] as const],
  );
  return [...new Map(next)].map(([name, threshold]) => ({ name, threshold }));
};

const dayText = (at: number, timeZone: string): string =>
  new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium', timeZone });
const tickText = (at: number, spanMs: number, timeZone: string): string =>
  spanMs < 2 * DAY_MS
    ? timeOfDay(at, timeZone)
    : new Date(at).toLocaleDateString(undefined, {
        ...(spanMs < 90 * DAY_MS ? { day: 'numeric', month: 'short' } : { month: 'short', year: 'numeric' }),
        timeZone,
      });
const DAY_MS = 86_400_000;
const shortAmount = (amount: number): string =>
  new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 }).format(amount);

type TipProps = {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload: Step }[];
};
const Tip = ({ active, payload }: TipProps) => {
  const timeZone = useTimeZone();
  const step = payload?.[0]?.payload;
  if (active !== true || step === undefined) return null;
  return (
    <div className={classes.tip}>
      <strong>{dayText(step.at, timeZone)}</strong>
      {step.told.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
};
