import type { Check } from './check.ts';

/** Against what it held after its first work; what is in use after all garbage was collected, so no matter when that would have happened. */
export const backToNormal: Check = {
  promise: 'memory and file handles back to normal',
  when: 'last',
  look: async ({ system, atFirst }) => {
    const now = await system.held();
    const grown = now.heapBytes - atFirst.heapBytes;
    const opened = now.handles - atFirst.handles;
    return [
      ...(grown > HEAP_GROWTH_BYTES ? [`${Math.round(grown / 1e6)} MB more in use than at first`] : []),
      ...(opened > MORE_HANDLES ? [`${opened} more files and sockets open than at first`] : []),
    ];
  },
};

/** Members and their names are held in memory, and buffers of what came last; a leak of each request would be many times that. */
const HEAP_GROWTH_BYTES = 32_000_000;
/** Kept-alive connections: as many as were needed at once. */
const MORE_HANDLES = 100;
