import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Whether a token may go there. By https everywhere; by http to this machine, and within a local network, which is as far as `start --host` serves: there it
 * goes in clear, as the browser's does. To the internet it does not.
 */
export const mayCarryToken = (address: string): boolean => {
  const url = URL.parse(address);
  if (url?.protocol === 'https:') return true;
  return url?.protocol === 'http:' && isNear(url.hostname.replace(/^\[|\]$/g, ''));
};

const isNear = (host: string): boolean => {
  const version = isIP(host);
  if (version !== 0) return near.check(host, version === 4 ? 'ipv4' : 'ipv6') || isThisMachine(host);
  // Names that no public registry gives away: of one label, and RFC 6761, 6762, 8375, ICANN's .internal (2024).
  return !host.includes('.') || /\.(?:localhost|local|internal|home\.arpa)$/.test(host);
};

/** Nothing leaves the machine. */
const isThisMachine = (host: string): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host));

/** Addresses that the internet does not carry: loopback, private (RFC 1918, 4193), shared (6598: overlay networks), link-local (3927, 4291). */
const near = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const)
  near.addSubnet(network, bits, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');
near.addSubnet('fe80::', 10, 'ipv6');
