import { Transform } from 'node:stream';

/** Hands bytes on, and fails with 413 at the first that is too many. */
export const atMost = (bytes: number): Transform => {
  let counted = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      counted += chunk.length;
      done(counted > bytes ? tooLarge(bytes) : null, chunk);
    },
  });
};

export const tooLarge = (bytes: number): Error =>
  Object.assign(new Error(`expected at most ${bytes} bytes`), { statusCode: 413 });
