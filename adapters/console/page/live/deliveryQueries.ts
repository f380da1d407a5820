import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Delivery, Destination, Redriven } from '../../../http/answers/deliveries.ts';
import { every } from '../api/askAgain.ts';
import { getJson, isNotFound, sendJson } from '../api/client.ts';

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** What can be listed of a destination. */
export type Listed = Exclude<Delivery['state'], 'delivered'>;

const AGAIN_MS = 2_000;

export const useDestinations = () =>
  useQuery({
    queryKey: ['destinations'],
    queryFn: async ({ signal }) => (await getJson<Page<Destination>>('/api/destinations', signal)).items,
    refetchInterval: every(AGAIN_MS),
  });

export const useDeliveries = (destination: string, state: Listed) =>
  useInfiniteQuery({
    queryKey: ['deliveries', 'of', destination, state],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ destination, state, limit: '50', ...(pageParam && { after: pageParam }) });
      return getJson<Page<Delivery>>(`/api/deliveries?${query}`, signal);
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // All pages are asked for again, one after the other: the more there are, the more seldom.
    refetchInterval: ({ state }) => AGAIN_MS * Math.max(1, state.data?.pages.length ?? 0),
  });

/** None: nothing was ever to be delivered for that member. isAsked: there are destinations. */
export const useMemberDeliveries = (memberId: string, isAsked: boolean) =>
  useQuery({
    queryKey: ['deliveries', 'member', memberId],
    queryFn: async ({ signal }): Promise<readonly Delivery[]> => {
      const query = new URLSearchParams({ member: memberId });
      try {
        return (await getJson<Page<Delivery>>(`/api/deliveries?${query}`, signal)).items;
      } catch (error) {
        if (isNotFound(error)) return [];
        throw error;
      }
    },
    enabled: isAsked,
    refetchInterval: every(AGAIN_MS),
  });

export type RedriveAsked = { readonly destination?: string; readonly member?: string; readonly whole?: boolean };

/** Sends again; of a destination page after page, until all that was dead was. Gives how many. */
export const useRedrive = () => {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (asked: RedriveAsked): Promise<number> => {
      let sum = 0;
      for (let after: string | null = ''; after !== null; ) {
        const body: object = after === '' ? asked : { ...asked, after };
        const answer: Redriven = await sendJson<Redriven>('POST', '/api/deliveries/redrive', body);
        sum += answer.redriven;
        after = answer.next;
      }
      return sum;
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['deliveries'] }),
        client.invalidateQueries({ queryKey: ['destinations'] }),
      ]),
  });
};
