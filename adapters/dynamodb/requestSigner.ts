import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** As AWS gives them: temporary ones come with a token. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** Without a query. Names of headers as they are sent; no two that differ in case only. */
export type RequestToSign = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body?: string | Uint8Array | undefined;
};

type Headers = Readonly<Record<string, string>>;

export type SigningScope = { readonly at: Date; readonly region: string; readonly service: string };

export type SignRequest = (request: RequestToSign, credentials: Credentials, scope: SigningScope) => Headers;

/**
 * The headers to send, signed: AWS Signature Version 4, letter by letter as the SDK's own signer makes it. That one is made anew for
 * each request, and finds the key of the day by a hash of the credentials; here it is kept until they or the day change.
 */
export const requestSigner = (): SignRequest => {
  let kept: { readonly secret: string; readonly scope: string; readonly key: KeyObject } | null = null;
  const keyOf = (secret: string, scope: string): KeyObject => {
    if (kept?.secret !== secret || kept.scope !== scope) kept = { secret, scope, key: signingKey(secret, scope) };
    return kept.key;
  };

  return (request, credentials, { at, region, service }) => {
    const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const payload = request.headers[PAYLOAD_HASH] ?? hash('sha256', request.body ?? '');
    const headers = headersToSend(request.headers, time, payload, credentials.sessionToken);
    const names = Object.keys(headers)
      .filter(isSigned)
      .sort((a, b) => (a < b ? -1 : 1));
    const signedHeaders = names.join(';');
    const lines = names.map((name) => `${name}:${inOneLine(headers[name] ?? '')}\n`).join('');
    const canonical = `${request.method}\n${canonicalPath(request.path)}\n\n${lines}\n${signedHeaders}\n${payload}`;
    const toSign = `${ALGORITHM}\n${time}\n${scope}\n${hash('sha256', canonical)}`;
    const signature = createHmac('sha256', keyOf(credentials.secretAccessKey, scope)).update(toSign).digest('hex');
    const credential = `${credentials.accessKeyId}/${scope}`;
    headers.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
    return headers;
  };
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
const PAYLOAD_HASH = 'x-amz-content-sha256';

const signingKey = (secret: string, scope: string): KeyObject => {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createSecretKey(key);
};

/** What another signature left behind does not stay. */
const headersToSend = (
  { authorization, date, 'x-amz-security-token': token, ...said }: Headers,
  time: string,
  payload: string,
  sessionToken: string | undefined,
): Record<string, string> => ({
  ...said,
  'x-amz-date': time,
  [PAYLOAD_HASH]: payload,
  ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
});

/** The others may change on the way, or are not ours: as the SDK leaves them out. Those that it signs are written in small letters. */
const isSigned = (name: string): boolean => !UNSIGNED.has(name.toLowerCase()) && !/^(?:proxy|sec)-/i.test(name);
const UNSIGNED: ReadonlySet<string> = new Set([
  ...['cache-control', 'connection', 'expect', 'from', 'keep-alive', 'max-forwards', 'pragma', 'referer', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'user-agent', 'x-amzn-trace-id', 'authorization'],
]);

const inOneLine = (value: string): string =>
  /^ |[\t\r\n]| {2}| $/.test(value) ? value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '') : value;

/** Encoded once more, as for every service but S3. Dots have been resolved, as the endpoint was a URL. */
const canonicalPath = (path: string): string => {
  if (path === '/') return path;
  const segments = path.split('/').filter((segment) => segment !== '');
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.map(encoded).join('/')}${end}`;
};

const encoded = (segment: string): string =>
  encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
