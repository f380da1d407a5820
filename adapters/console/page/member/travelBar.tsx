import { useLayoutEffect, useRef, useState } from 'react';
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components';
import { Button } from '../ui/button.tsx';
import { addDays, dayAt, daysBetween, endOfDay, shortDay } from '../ui/days.ts';
import { Segments } from '../ui/segments.tsx';
import { useTimeZone } from '../ui/timeZone.ts';
import classes from './travelBar.module.css';
import { isVersion, type Travel } from './useTravel.ts';

export type TravelBarProps = {
  readonly travel: Travel;
  readonly lastVersion: number;
  /** Of the first event; null: not known yet. */
  readonly firstRecordedAt: string | null;
  /** What is shown, in words: heard when the slider has come to rest. */
  readonly told: string;
  readonly isAsking: boolean;
};

/** Where in the member's past one looks: a slider over its versions, or over the days since its first event. */
export const TravelBar = ({ travel, told, isAsking, lastVersion, firstRecordedAt }: TravelBarProps) => {
  const range = { lastVersion, firstRecordedAt, timeZone: useTimeZone() };
  const [preferred, setPreferred] = useState<Scale>('versions');
  const scale = travel.at === null ? preferred : isVersion(travel.at) ? 'versions' : 'dates';
  const { at, go } = travel;
  const { value, last, atOf, textOf } = scale === 'versions' ? versionScale(at, range) : dayScale(at, range);
  const move = (to: number): void => go(to >= last ? null : atOf(Math.max(to, FIRST)));
  const text = at === null ? 'now' : textOf(value);
  const input = useHeardAs(text);
  // At either end the button that led there is of no use any more, and takes no focus.
  const step = (to: number): void => {
    move(to);
    if (to <= FIRST || to >= last) input.current?.focus();
  };
  const newer = useNewer(at, lastVersion);
  return (
    <section className={classes.bar} aria-label="Time travel">
      <Slider
        className={classes.slider ?? ''}
        minValue={FIRST}
        maxValue={Math.max(last, FIRST + 1)}
        value={Math.min(value, last)}
        onChange={move}
        isDisabled={last <= FIRST}
      >
        <div className={classes.head}>
          <Label className={classes.label ?? ''}>{scale === 'versions' ? 'Version' : 'Day'}</Label>
          <SliderOutput className={classes.output ?? ''}>{text}</SliderOutput>
        </div>
        <SliderTrack className={classes.track ?? ''}>
          {({ state }) => (
            <>
              <div className={classes.rail} />
              <div className={classes.fill} style={{ ['--share' as string]: state.getThumbPercent(0) }} />
              <SliderThumb className={classes.thumb ?? ''} inputRef={input} />
            </>
          )}
        </SliderTrack>
      </Slider>
      <div className={classes.actions}>
        <Button aria-label="Earlier" isDisabled={value <= FIRST} onPress={() => step(value - 1)}>
          ‹
        </Button>
        <Button aria-label="Later" isDisabled={at === null} onPress={() => step(value + 1)}>
          ›
        </Button>
        <Button kind={at === null ? 'plain' : 'main'} isDisabled={at === null} onPress={() => step(last)}>
          Now
        </Button>
        <Segments
          label="Move by"
          choices={SCALES}
          value={scale}
          onChange={(next) => {
            setPreferred(next);
            go(null);
          }}
        />
      </div>
      <p className={classes.told} role="status" data-asking={isAsking || undefined}>
        {told}
        {newer > 0 && ` · ${newer === 1 ? '1 newer event' : `${newer} newer events`} since you left now`}
      </p>
    </section>
  );
};

type Scale = 'versions' | 'dates';
const SCALES = [
  { id: 'versions', label: 'Versions' },
  { id: 'dates', label: 'Dates' },
] as const;
const FIRST = 1;

type Range = Pick<TravelBarProps, 'lastVersion' | 'firstRecordedAt'> & { readonly timeZone: string };
type ScaleOf = (
  at: string | null,
  range: Range,
) => {
  readonly value: number;
  readonly last: number;
  readonly atOf: (value: number) => string;
  readonly textOf: (value: number) => string;
};

const versionScale: ScaleOf = (at, { lastVersion }) => ({
  value: at === null ? lastVersion : Math.max(FIRST, Number(at)),
  last: lastVersion,
  atOf: String,
  textOf: (value) => `${value} of ${lastVersion}`,
});

/** Each day as it ended. The last one is today, and not over. */
const dayScale: ScaleOf = (at, { firstRecordedAt, timeZone }) => {
  const today = dayAt(Date.now(), timeZone);
  const first = firstRecordedAt === null ? today : dayAt(Date.parse(firstRecordedAt), timeZone);
  const last = daysBetween(first, today) + FIRST;
  const dayOf = (value: number): string => addDays(first, value - FIRST);
  return {
    last,
    value: at === null ? last : Math.max(FIRST, daysBetween(first, dayAt(Date.parse(at), timeZone)) + FIRST),
    atOf: (value) => new Date(endOfDay(dayOf(value), timeZone)).toISOString(),
    textOf: (value) => `end of ${shortDay(dayOf(value))}`,
  };
};

/** A slider says the number of its step, of which nobody can make a day: it is told in the words that stand above it. */
const useHeardAs = (text: string) => {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.setAttribute('aria-valuetext', text));
  return input;
};

/** Events that came while one looks at the past. */
const useNewer = (at: string | null, lastVersion: number): number => {
  const [left, setLeft] = useState(lastVersion);
  if (at === null && left !== lastVersion) setLeft(lastVersion);
  return at === null ? 0 : lastVersion - left;
};
