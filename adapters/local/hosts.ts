import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

export const LOOPBACK = '127.0.0.1';

/** What nobody reaches but this machine, by the names that everybody knows it by; another address of 127.0.0.0/8 is taken for one that somebody forwards. */
export const isLoopback = (host: string): boolean => [LOOPBACK, '::1', 'localhost'].includes(host.toLowerCase());

/** For a host that something listens on, as it stands in an address. All of them: one that others reach, else the name of the machine. */
export const addressToOpen = (host: string): string => {
  const address = host === '0.0.0.0' || host === '::' ? (outerAddress() ?? hostname()) : host;
  return isIPv6(address) ? `[${address}]` : address;
};

const outerAddress = (): string | undefined => {
  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return (outer.find(({ family }) => family === 'IPv4') ?? outer[0])?.address;
};
