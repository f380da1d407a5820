import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { connectS3 } from '#adapters/s3/client.ts';
import { closed, listening } from './awsJsonServer.ts';

/** What becomes of a request: an error by its name, or a body that breaks off after so many bytes. */
export type S3Fault = { readonly error: string; readonly status: number } | { readonly cutAfter: number };

export type S3Request = { readonly method: string; readonly key: string; readonly range: string | undefined };

export type S3Server = {
  readonly s3: ReturnType<typeof connectS3>;
  readonly endpoint: string;
  readonly bucket: string;
  readonly put: (key: string, bytes: Uint8Array, modifiedAt?: number) => void;
  readonly remove: (key: string) => void;
  /** Faults of the GETs to come, one each; null: none. */
  readonly onGet: (...faults: readonly (S3Fault | null)[]) => void;
  /** Called before each GET is answered. */
  readonly beforeGet: (hook: (request: S3Request) => void) => void;
  readonly asked: readonly S3Request[];
  /** Bytes of bodies that left so far, or wait in the buffers of the connection. */
  readonly sent: () => number;
  readonly stop: () => Promise<void>;
};

type StoredObject = { readonly bytes: Uint8Array; readonly etag: string; readonly modifiedAt: number };

export const slowDown: S3Fault = { error: 'SlowDown', status: 503 };

/** S3 as far as billfold reads it: HEAD, ranges, If-Match (S3 API reference). Checks no signature. The client is the real one. */
export const startS3Server = async (): Promise<S3Server> => {
  const objects = new Map<string, StoredObject>();
  const asked: S3Request[] = [];
  const faults: (S3Fault | null)[] = [];
  let sent = 0;
  let hook: (request: S3Request) => void = () => undefined;
  const pieces = function* (body: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < body.length; at += PIECE_BYTES) {
      const piece = body.subarray(at, at + PIECE_BYTES);
      sent += piece.length;
      yield piece;
    }
  };
  const answer = (request: IncomingMessage, response: ServerResponse): unknown => {
    const path = new URL(request.url ?? '', 'http://s3').pathname;
    const key = decodeURIComponent(path.slice(`/${BUCKET}/`.length));
    const wanted = { method: request.method ?? '', key, range: request.headers.range };
    asked.push(wanted);
    if (wanted.method === 'GET') hook(wanted);
    const fault = wanted.method === 'GET' ? (faults.shift() ?? null) : null;
    if (fault !== null && 'error' in fault) return refuse(response, fault.status, fault.error);
    const object = objects.get(key);
    if (object === undefined) return refuse(response, 404, 'NoSuchKey');
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== object.etag) return refuse(response, 412, 'PreconditionFailed');
    response.setHeader('etag', object.etag);
    response.setHeader('last-modified', new Date(object.modifiedAt).toUTCString());
    if (wanted.method === 'HEAD') return response.setHeader('content-length', object.bytes.length).end();
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(wanted.range ?? '') ?? [];
    if (Number(first) >= object.bytes.length) return refuse(response, 416, 'InvalidRange');
    const body = object.bytes.subarray(Number(first ?? 0), Number(last ?? object.bytes.length) + 1);
    response.writeHead(first === undefined ? 200 : 206, {
      'content-length': body.length,
      'content-range': `bytes ${first}-${last}/${object.bytes.length}`,
    });
    if (fault === null) return Readable.from(pieces(body)).pipe(response);
    return response.write(body.subarray(0, fault.cutAfter), () => setTimeout(() => response.destroy(), 20));
  };
  const server: Server = createServer(answer);
  const endpoint = await listening(server);
  const s3 = connectS3({
    endpoint,
    ...{ region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, forcePathStyle: true },
  });
  return {
    ...{ s3, endpoint, bucket: BUCKET },
    put: (key, bytes, modifiedAt = Date.UTC(2026, 10, 20)) => {
      const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
      objects.set(key, { bytes, etag, modifiedAt });
    },
    remove: (key) => void objects.delete(key),
    onGet: (...told) => void faults.splice(0, faults.length, ...told),
    beforeGet: (told) => {
      hook = told;
    },
    asked,
    sent: () => sent,
    stop: () => {
      s3.destroy();
      return closed(server);
    },
  };
};

const BUCKET = 'test-landing';
const PIECE_BYTES = 64 * 1024;

const refuse = (response: ServerResponse, status: number, code: string): unknown => {
  response.writeHead(status, { 'content-type': 'application/xml' });
  return response.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
};
