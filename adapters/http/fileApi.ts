import { createWriteStream } from 'node:fs';
import { mkdir, rename, rmdir, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import * as t from 'io-ts';
import { readInstant } from '#domain/index.ts';
import { isTemporary } from '../local/inbox.ts';
import { InboxFile } from './answers/inboxFile.ts';
import { atMost, tooLarge } from './atMost.ts';
import { operation, route } from './operation.ts';
import { STORE } from './parameters.ts';
import { sendProblem } from './problem.ts';

export type FileApiDeps = {
  readonly inboxDir: string;
  readonly mostFileBytes?: number;
  readonly newId: () => string;
  /** What became of a file that was put there, by the name that it got. Left: the store did not answer. */
  readonly inboxFile: (file: string) => Promise<E.Either<string, InboxFile>>;
};

/** PUT an AppFlow file: it is written into the inbox, whole, and loaded from there like any other. GET tells what became of it. */
export const fileApi =
  (deps: FileApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _payload, done) => done(null));
    route(server, 'PUT', '/api/inbox/:object/:file', PUT_FILE, async (request, reply) => {
      const { object, file: name } = request.params;
      if (!SAFE_NAME.test(object) || !SAFE_NAME.test(name))
        return sendProblem(reply, 400, 'object and file name: expected letters, digits, "_", "-" and "."');
      if (isTemporary(name))
        return sendProblem(
          reply,
          400,
          'file name: expected no ".tmp" or ".part", which the inbox takes for half a file',
        );
      const modified = request.query.modified === undefined ? O.none : readInstant(request.query.modified);
      if (request.query.modified !== undefined && O.isNone(modified))
        return sendProblem(reply, 400, 'modified: expected a date and time, or epoch milliseconds');
      const mostBytes = deps.mostFileBytes ?? MOST_FILE_BYTES;
      if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
      const file = await receive({ ...deps, mostBytes }, request.raw, object, name, O.toNullable(modified));
      return reply.code(202).send({ file });
    });

    route(server, 'GET', '/api/inbox/:object/:run/:file', GET_FILE, async ({ params }, reply) => {
      const parts = [params.object, params.run, params.file];
      if (!parts.every((part) => SAFE_NAME.test(part)))
        return sendProblem(reply, 400, 'expected the file as it was named when it was put here');
      const found = await deps.inboxFile(parts.join('/'));
      if (E.isLeft(found)) return sendProblem(reply, 503, found.left);
      if (found.right.state === 'unknown') return sendProblem(reply, 404, 'No such file was put here');
      return reply.header('cache-control', 'no-store').send(found.right);
    });
  };

const PUT_FILE = operation({
  id: 'putFile',
  tag: 'intake',
  summary: 'an AppFlow file (NDJSON, plain or gzip)',
  description: 'It is written into the inbox, whole, and loaded from there like any other.',
  params: { object: 'The object, or the flow that is mapped to it', file: 'Letters, digits, "_", "-" and "."' },
  query: { modified: 'When it was extracted: a date and time, or epoch milliseconds; now where it is not said' },
  body: { '*/*': 'The file: a JSON object in each line, plain or gzip' },
  answers: { 202: t.strict({ file: t.string }, 'TakenFile') },
  refusals: { 413: 'It is longer than any file that a flow writes' },
});

const GET_FILE = operation({
  id: 'getFile',
  tag: 'intake',
  summary: 'what became of a file that was put there',
  description: 'The three parts are the name that PUT answered.',
  params: { object: 'The object, or its flow', run: 'The id that it got', file: 'As it was called' },
  answers: { 200: InboxFile },
  refusals: { 404: 'No such file was put there', 503: STORE },
});

/** Fifty million rows and more: a disk is full sooner, and what AppFlow writes of a whole org is in many files. */
export const MOST_FILE_BYTES = 16 * 1024 ** 3;

const SAFE_NAME = /^[a-zA-Z0-9_][\w.@!#-]{0,200}$/;

/** Renamed into place when it is complete, so that the inbox never sees half a file. */
const receive = async (
  { inboxDir, newId, mostBytes }: FileApiDeps & { readonly mostBytes: number },
  body: Readable,
  object: string,
  name: string,
  modifiedAt: number | null,
): Promise<string> => {
  const file = [object, newId(), name].join('/');
  const target = join(inboxDir, file);
  const partial = join(dirname(target), `.${basename(target)}`);
  await mkdir(dirname(target), { recursive: true });
  try {
    // What is left of one that goes on and on is not for us to cut off: its sender is told first.
    const pieces = body.iterator({ destroyOnReturn: false });
    await pipeline(pieces, atMost(mostBytes), createWriteStream(partial, { flush: true }));
  } catch (error) {
    // Whoever sent it went away, or went on and on: what came is no file.
    await unlink(partial).catch(() => undefined);
    await rmdir(dirname(target)).catch(() => undefined);
    throw error;
  }
  const seconds = (modifiedAt ?? Date.now()) / 1000;
  await utimes(partial, seconds, seconds);
  await rename(partial, target);
  return file;
};
