import { timeOfDay, timeText, wholeTimeText } from './timeText.ts';
import { useTimeZone } from './timeZone.ts';

export type TimeProps = {
  /** ISO 8601, or ms since 1970. */
  readonly at: string | number;
  readonly seconds?: boolean;
  /** It stands under its day. */
  readonly isDayKnown?: boolean;
  readonly className?: string | undefined;
};

/** An instant in the reader's language and the programme's zone: the time of day where it is today, else with its date. */
export const Time = ({ at, seconds = false, isDayKnown = false, className }: TimeProps) => {
  const timeZone = useTimeZone();
  const instant = new Date(at).getTime();
  // What somebody else sent may be no instant.
  if (Number.isNaN(instant)) return <span className={className}>{at}</span>;
  const text = isDayKnown ? timeOfDay : timeText;
  return (
    <time className={className} dateTime={new Date(at).toISOString()} title={wholeTimeText(instant, timeZone)}>
      {text(instant, timeZone, seconds)}
    </time>
  );
};
