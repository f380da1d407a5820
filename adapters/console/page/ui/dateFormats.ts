/** A way to write instants, made once for each time zone: lists write hundreds of them. locale: undefined is the reader's. */
export const dateFormats = (
  locale: string | undefined,
  options: Intl.DateTimeFormatOptions,
): ((timeZone: string) => Pick<Intl.DateTimeFormat, 'format'>) => {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    const format = made.get(timeZone) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
    made.set(timeZone, format);
    return format;
  };
};
