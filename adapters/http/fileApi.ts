import { createWriteStream } from 'node:fs';
import { mkdir, rename, rmdir, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { readInstant } from '#domain/index.ts';
import { isTemporary } from '../local/inbox.ts';
import type { InboxFile } from './answers/inboxFile.ts';
import { sendProblem } from './problem.ts';

export type FileApiDeps = {
  readonly inboxDir: string;
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
    server.put<{ Params: { object: string; name: string }; Querystring: { modified?: string } }>(
      '/api/inbox/:object/:name',
      async (request, reply) => {
        const { object, name } = request.params;
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
        const file = await receive(deps, request.raw, object, name, O.toNullable(modified));
        return reply.code(202).send({ file });
      },
    );

    server.get<{ Params: { object: string; id: string; name: string } }>(
      '/api/inbox/:object/:id/:name',
      async ({ params: { object, id, name } }, reply) => {
        if (![object, id, name].every((part) => SAFE_NAME.test(part)))
          return sendProblem(reply, 400, 'expected the file as it was named when it was put here');
        const found = await deps.inboxFile([object, id, name].join('/'));
        if (E.isLeft(found)) return sendProblem(reply, 503, found.left);
        if (found.right.state === 'unknown') return sendProblem(reply, 404, 'No such file was put here');
        return reply.header('cache-control', 'no-store').send(found.right);
      },
    );
  };

const SAFE_NAME = /^[a-zA-Z0-9_][\w.@!#-]{0,200}$/;

/** Renamed into place when it is complete, so that the inbox never sees half a file. */
const receive = async (
  { inboxDir, newId }: FileApiDeps,
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
    await pipeline(body, createWriteStream(partial, { flush: true }));
  } catch (error) {
    // Whoever sent it went away: what came is no file.
    await unlink(partial).catch(() => undefined);
    await rmdir(dirname(target)).catch(() => undefined);
    throw error;
  }
  const seconds = (modifiedAt ?? Date.now()) / 1000;
  await utimes(partial, seconds, seconds);
  await rename(partial, target);
  return file;
};
