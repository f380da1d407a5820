import { createContext, useContext } from 'react';

const Zone = createContext('UTC');

/** For all below it: the zone that instants are told in. */
export const TimeZone = Zone.Provider;

/** The programme's: whose midnight a day begins at. One zone for the whole page, or an event would stand under one day and be told of another. */
export const useTimeZone = (): string => useContext(Zone);

/** Of whoever looks at the page. */
export const ownTimeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
