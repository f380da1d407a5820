import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { faultOf, type InputFault } from './fault.ts';

export type CreatedObject = { readonly bucket: string; readonly key: string };

/**
 * "Object Created" of EventBridge, as far as it is read (S3 guide, "EventBridge event message structure", read November 2026). Its key is the object's, where S3's
 * other notifications encode it for a URL: a recorded event (gist.github.com, vincentclaes, 2023) has a colon in it.
 */
const Envelope = t.type({ source: t.string, 'detail-type': t.string }, 'an EventBridge event');
const Created = t.type(
  { detail: t.type({ bucket: t.type({ name: t.string }), object: t.type({ key: t.string }) }) },
  'an event of S3',
);

/** null: an event of another kind. */
export const readCreatedObject = (body: string): E.Either<InputFault, CreatedObject | null> => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(body),
    () => ({ path: 'message', expected: 'expected an EventBridge event as a JSON object' }),
  );
  if (E.isLeft(parsed)) return parsed;
  const envelope = Envelope.decode(parsed.right);
  if (E.isLeft(envelope)) return E.left(faultOf('message', envelope.left));
  if (envelope.right.source !== 'aws.s3' || envelope.right['detail-type'] !== 'Object Created') return E.right(null);
  const created = Created.decode(parsed.right);
  if (E.isLeft(created)) return E.left(faultOf('message', created.left));
  const { bucket, object } = created.right.detail;
  return E.right({ bucket: bucket.name, key: object.key });
};
