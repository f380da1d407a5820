import { randomInt } from 'node:crypto';
import { canListenAt, type Place } from './dynoxide.ts';
import { LOOPBACK } from './hosts.ts';

/**
 * A place on this machine that no page can guess: on Linux every address of 127.0.0.0/8 is loopback, which makes 2^38 places. Elsewhere 127.0.0.1 alone may be
 * there, and what is left to guess is a port among twenty thousand. It is hidden from pages, not from who has an account on the machine: `ps` shows it.
 */
export const hiddenPlace = async (): Promise<Place> => {
  const drawn = `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
  const host = (await canListenAt({ host: drawn, port: ANY })) ? drawn : LOOPBACK;
  return { host, port: await freePort(host) };
};

const ANY = 0;

// Below those of outgoing connections (Linux from 32768, others from 49152): one of these may be somebody's again before it is listened at.
const freePort = async (host: string): Promise<number> => {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(12_000, 32_000);
    if (await canListenAt({ host, port })) return port;
  }
  throw new Error('no port is free');
};
