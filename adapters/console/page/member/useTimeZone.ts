import { useQuery } from '@tanstack/react-query';
import type { RuntimeStatus } from '../../../http/answers/status.ts';
import { getJson } from '../api/client.ts';

/** The programme's: whose midnight a day begins at. Of the status that the frame asks for anyway; whoever uses it is drawn again only when it changes. */
export const useTimeZone = (): string =>
  useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => getJson<RuntimeStatus>('/api/status', signal),
    select: ({ store }) => store.timeZone,
  }).data ?? 'UTC';
