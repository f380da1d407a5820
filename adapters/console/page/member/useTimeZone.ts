import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../api/status.ts';

/** The programme's: whose midnight a day begins at. Of the status that the frame asks for anyway; whoever uses it is drawn again only when it changes. */
export const useTimeZone = (): string =>
  useQuery({ ...statusQuery, select: ({ store }) => store.timeZone }).data ?? 'UTC';
