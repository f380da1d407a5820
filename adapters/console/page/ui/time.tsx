/** An instant in the reader's locale and zone: the time of day where it is today, else with its date. */
export const Time = ({ at, seconds = false }: { readonly at: string; readonly seconds?: boolean }) => {
  const instant = new Date(at);
  return (
    <time dateTime={at} title={instant.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' })}>
      {textOf(instant, seconds)}
    </time>
  );
};

const textOf = (instant: Date, seconds: boolean): string => {
  const time: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
  };
  const isToday = instant.toDateString() === new Date().toDateString();
  return isToday
    ? instant.toLocaleTimeString(undefined, time)
    : instant.toLocaleString(undefined, { day: 'numeric', month: 'short', year: 'numeric', ...time });
};
