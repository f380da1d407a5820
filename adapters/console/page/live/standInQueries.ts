import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type * as t from 'io-ts';
import type { StandInsSeen } from '../../../http/answers/standIns.ts';
import { every } from '../api/askAgain.ts';
import { getJson, sendJson } from '../api/client.ts';

export type StandInsText = t.TypeOf<typeof StandInsSeen>;

/** Whether Apple, Google and phones are stood in for: then their addresses are among what the service answers to. */
export const useHasStandIns = (): boolean => {
  const { data } = useQuery({
    queryKey: ['openapi', 'stand-ins'],
    queryFn: async ({ signal }) =>
      '/api/stand-ins' in (await getJson<{ readonly paths: object }>('/api/openapi.json', signal)).paths,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === true;
};

export const useStandIns = () =>
  useQuery({
    queryKey: ['stand-ins'],
    queryFn: ({ signal }) => getJson<StandInsText>('/api/stand-ins', signal),
    refetchInterval: every(1_000),
  });

export type Order = { readonly at: 'apns' | 'google'; readonly body: object } | 'mend';

export const useOrder = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: Order): Promise<null> =>
      order === 'mend'
        ? sendJson('DELETE', '/api/stand-ins/faults')
        : sendJson('POST', `/api/stand-ins/${order.at}/faults`, order.body),
    onSettled: () => client.invalidateQueries({ queryKey: ['stand-ins'] }),
  });
};
