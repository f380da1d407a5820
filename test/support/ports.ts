import { randomInt } from 'node:crypto';
import { canListenAt } from '#adapters/local/dynoxide.ts';
import { LOOPBACK } from '#adapters/local/hosts.ts';

/** Below those of outgoing connections, which come and go. */
const FIRST = 12_000;
const SLICES = 20;
const SLICE = 1_000;

// What runs beside this file has another slice: a port that was found free here stays free until it is listened at, seconds later perhaps.
const slice = Number(process.env.VITEST_POOL_ID ?? 0) % SLICES;
let next = randomInt(0, SLICE);

/** A free port of 127.0.0.1, for whoever does not care which; given once. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < SLICE; tries++) {
    const port = FIRST + slice * SLICE + next;
    next = (next + 1) % SLICE;
    if (await canListenAt({ host: LOOPBACK, port })) return port;
  }
  throw new Error('no port is free');
};
