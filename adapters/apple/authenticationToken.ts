import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a pass shows the web service: never stored, as it can be made anew. 43 characters; Apple asks for 16 at least. */
export const authenticationToken = (tokenKey: string, passTypeIdentifier: string, serialNumber: string): string =>
  createHmac('sha256', tokenKey).update(`${passTypeIdentifier}\0${serialNumber}`).digest('base64url');

/**
 * Whether a token was made with one of these values of the secret. In constant time, and the same for a pass that there is not.
 * tokenKeys: every value that counts now (current, pending, previous).
 */
export const isAuthenticationToken = (
  shown: string,
  tokenKeys: readonly string[],
  passTypeIdentifier: string,
  serialNumber: string,
): boolean => {
  const text = Buffer.from(shown);
  return tokenKeys.reduce((isFound, tokenKey) => {
    const token = Buffer.from(authenticationToken(tokenKey, passTypeIdentifier, serialNumber));
    return (text.length === token.length && timingSafeEqual(text, token)) || isFound;
  }, false);
};
