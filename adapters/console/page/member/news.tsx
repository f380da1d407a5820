import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useBusEvents } from '../api/eventStream.ts';

/** Asks for the member again when the wallet bus carries something of it. Shows nothing: whatever else the bus carries draws nothing again. */
export const News = ({ memberId }: { readonly memberId: string }) => {
  const { events } = useBusEvents('wallet');
  const queries = useQueryClient();
  const seen = useRef<number | null>(null);
  useEffect(() => {
    const last = events.findLast(({ detail }) => memberIn(detail) === memberId)?.sequence ?? 0;
    const isNews = seen.current !== null && last > seen.current;
    if (isNews || events.length > 0) seen.current = Math.max(last, seen.current ?? 0);
    if (isNews) void queries.invalidateQueries({ queryKey: ['member', memberId], exact: true });
  }, [events, memberId, queries]);
  return null;
};

const memberIn = (detail: unknown): unknown => Object(Object(detail).metadata).memberId;
