import type { IncomingMessage } from 'node:http';

/** How much of a body that nobody wants is read, and for how long, before its connection is closed. */
export type DrainLimits = { readonly bytes: number; readonly ms: number };

/** As much again as the greatest body that any route takes in one piece, at the pace of a slow line. */
export const DRAIN_LIMITS: DrainLimits = { bytes: 16 * 1024 * 1024, ms: 5_000 };

/**
 * Reads what is left of a request and throws it away, until its end or until it is enough; never fails. A connection that is closed while bytes come in is reset,
 * and whoever sends them then sees that instead of the answer (RFC 9112, 9.6).
 */
export const drained = (request: IncomingMessage, { bytes, ms }: DrainLimits = DRAIN_LIMITS): Promise<void> =>
  new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) return resolve();
    let left = bytes;
    const over = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', over).off('close', over).off('error', over).pause();
      resolve();
    };
    const count = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) over();
    };
    const timer = setTimeout(over, ms);
    request.on('data', count).once('end', over).once('close', over).once('error', over).resume();
  });
