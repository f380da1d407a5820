import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether the page of another site sent this, by what browsers say of it: Sec-Fetch-Site where they deem our address trustworthy (https, or this machine; Fetch
 * Metadata, section 2), elsewhere Origin, which comes with everything that could act. What is no browser sends neither. `none`: somebody typed the address.
 */
export const isOfOtherOrigin = ({ host, origin, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean => {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && !isOwnOrigin(origin, host);
};

/** https: behind a proxy that hands the Host header on. */
const isOwnOrigin = (origin: string, host: string | undefined): boolean => {
  const given = URL.parse(origin);
  if (given === null || (given.protocol !== 'http:' && given.protocol !== 'https:')) return false;
  return given.origin === origin.toLowerCase() && given.host === URL.parse(`${given.protocol}//${host}`)?.host;
};

/** Somebody follows a link to a page: nothing acts, and who made the link sees nothing of it. Not to the API, not into a frame. */
export const isVisit = (method: string, path: string, headers: IncomingHttpHeaders): boolean =>
  method === 'GET' &&
  headers.origin === undefined &&
  headers['sec-fetch-mode'] === 'navigate' &&
  headers['sec-fetch-dest'] === 'document' &&
  isPage(path);

/** Whether a path is that of a page. As the router reads it: what is encoded in a path is decoded first. */
export const isPage = (path: string): boolean => {
  try {
    return /^\/(?!\/|(?:api|eventbridge|session)(?:\/|$))/.test(decodeURIComponent(path));
  } catch {
    return false;
  }
};
