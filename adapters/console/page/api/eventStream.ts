import { useCallback, useSyncExternalStore } from 'react';
import type { KeptBus } from '../../../http/busEventApi.ts';
import { type BusLog, emptyLog, reduceBusLog } from './busLog.ts';
import { followBus } from './followBus.ts';

/**
 * What a bus carries, as it happens: one stream for all of the page that looks at it, given to React ten times a second at most, however much comes. It
 * stays open a moment after the last one left, and sleeps in a tab that nobody sees.
 */
export const useBusEvents = (bus: KeptBus): BusLog => {
  const stream = streams[bus];
  const subscribe = useCallback((listener: () => void) => stream.subscribe(listener), [stream]);
  return useSyncExternalStore(subscribe, stream.read);
};

/** Given to React no more often. */
const SHOWN_EVERY_MS = 100;
/** A view that is left for another one that looks at the same bus, a tab that is hidden for a glance: not worth a new stream. */
const LINGER_MS = 5_000;

const streamOf = (bus: KeptBus) => {
  const listeners = new Set<() => void>();
  let log = emptyLog;
  let shown = log;
  let isDue = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  let following: AbortController | null = null;
  let leaving: ReturnType<typeof setTimeout> | null = null;

  const show = (): void => {
    isDue = false;
    shownAt = performance.now();
    shown = log;
    for (const listener of listeners) listener();
  };

  const follow = (): void => {
    const hangUp = new AbortController();
    following = hangUp;
    const tell: Parameters<typeof followBus>[0]['tell'] = (news) => {
      if (hangUp.signal.aborted) return;
      log = reduceBusLog(log, news);
      if (log === shown || isDue) return;
      isDue = true;
      setTimeout(show, Math.max(0, shownAt + SHOWN_EVERY_MS - performance.now()));
    };
    void followBus({ bus, log: () => log, tell, signal: hangUp.signal });
  };

  /** Follows while somebody looks. */
  const settle = (): void => {
    const isSeen = listeners.size > 0 && !document.hidden;
    if (isSeen) {
      if (leaving !== null) clearTimeout(leaving);
      leaving = null;
      if (following === null) follow();
    } else if (following !== null)
      leaving ??= setTimeout(() => {
        leaving = null;
        following?.abort();
        following = null;
      }, LINGER_MS);
  };

  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    if (listeners.size === 1) document.addEventListener('visibilitychange', settle);
    settle();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) document.removeEventListener('visibilitychange', settle);
      settle();
    };
  };

  return { subscribe, read: (): BusLog => shown };
};

const streams = { wallet: streamOf('wallet'), domain: streamOf('domain') } as const;
