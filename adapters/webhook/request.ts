import { randomBytes } from 'node:crypto';
import { validateHeaderValue } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import type { Clock } from '#domain/index.ts';
import type { AcceptedEvent } from '../delivery/acceptedEvent.ts';
import type { Result } from '../delivery/destination.ts';
import { parseExactly } from '../delivery/exactJson.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { type Said, saidBy } from './events.ts';
import type { Sent } from './exchange.ts';
import type { Expressions } from './expressions.ts';
import type { WebhookSettings } from './settings.ts';
import { signed, signingKey, webhookId } from './signature.ts';
import { urlFor } from './webhookUrl.ts';

type Deps = {
  readonly settings: WebhookSettings;
  readonly secrets: Secrets;
  readonly evaluator: Expressions;
  readonly clock: Clock;
};
type Unsendable = Result['verdict'];

/** The request of an event, made anew for every try: the time is signed, and the span is its own. Left: it cannot be made, now or ever. */
export const requestFor =
  ({ settings, secrets, evaluator, clock }: Deps) =>
  async (event: AcceptedEvent, kept: unknown): Promise<E.Either<Unsendable, () => Sent>> => {
    const url = urlFor(settings.url, event);
    if (E.isLeft(url)) return dead(url.left);
    const body =
      settings.body === undefined ? asCloudEvent(event) : await madeBy(settings.body, event, kept, evaluator);
    if (E.isLeft(body)) return dead(body.left);
    const said = await headersSaid(settings, secrets);
    if (E.isLeft(said)) return unready(said.left);
    const keys = await signingKeys(settings, secrets);
    if (E.isLeft(keys)) return unready(keys.left);
    const id = webhookId(event.source, event.id);
    let timestamp = 0;
    return E.right(() => {
      // No two tries bear the same: the later one would pass for a replay of the former.
      timestamp = Math.max(timestamp + 1, Math.floor(clock() / 1_000));
      return {
        ...{ url: url.right, method: settings.method ?? 'POST', body: body.right.text },
        headers: {
          'content-type': body.right.contentType,
          'idempotency-key': headerText(event.id),
          ...traced(event.traceparent),
          ...said.right,
          ...signatureHeaders(settings.sign?.prefix, keys.right, id, timestamp, body.right.text),
        },
      };
    });
  };

const dead = (reason: string): E.Either<Unsendable, never> => E.left({ type: 'Dead', reason });
/** A secret may be there again in a moment. */
const unready = (reason: string): E.Either<Unsendable, never> => E.left({ type: 'Later', reason, isFailure: true });

type Body = { readonly text: string; readonly contentType: string };

/** CloudEvents 1.0.2, JSON event format, structured mode; numbers keep their digits. */
const asCloudEvent = (event: AcceptedEvent): E.Either<never, Body> => {
  const { id, source, type, time, data } = parseExactly(event.content) as Said;
  const cloudEvent = {
    ...{ specversion: '1.0', id, source, type, ...(time === null ? {} : { time }) },
    ...{ datacontenttype: 'application/json', data },
  };
  return E.right({ text: JSON.stringify(cloudEvent), contentType: 'application/cloudevents+json; charset=utf-8' });
};

/** A text is sent as it is, everything else as JSON. */
const madeBy = async (
  expression: string,
  event: AcceptedEvent,
  kept: unknown,
  evaluator: Expressions,
): Promise<E.Either<string, Body>> => {
  const input = inputOf(event, kept);
  const evaluated = await evaluator.evaluate({ expression, input, maxBytes: MAX_BODY_BYTES });
  if (evaluated.type === 'Failed') return E.left(`body ${evaluated.reason}`);
  if (evaluated.type === 'Nothing') return E.left('body gave nothing to send');
  if (!evaluated.json.startsWith('"')) return E.right({ text: evaluated.json, contentType: 'application/json' });
  return E.right({ text: JSON.parse(evaluated.json), contentType: 'text/plain; charset=utf-8' });
};
const MAX_BODY_BYTES = 1024 * 1024;

const inputOf = (event: AcceptedEvent, kept: unknown) => {
  const { id, source, type, time, data } = saidBy(event);
  const detail =
    event.pass === null ? null : (data as { readonly metadata: unknown; readonly data: { pass: unknown } });
  return {
    event: { id, source, type, time, data },
    ...{ pass: detail?.data.pass ?? null, metadata: detail?.metadata ?? null, kept },
  };
};

const headersSaid = async (
  { headers = {} }: WebhookSettings,
  secrets: Secrets,
): Promise<E.Either<string, Record<string, string>>> => {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const said = typeof value === 'string' ? E.right(value) : await secrets.current(value.secret)();
    if (E.isLeft(said)) return E.left(`the secret ${said.left.name} cannot be read`);
    if (typeof value !== 'string' && !isHeaderText(said.right))
      return E.left(`the secret ${value.secret}: expected ${HEADER_SECRET_EXPECTED}`);
    values[name.toLowerCase()] = said.right;
  }
  return E.right(values);
};

export const HEADER_SECRET_EXPECTED = 'a text of one line, as a header holds it';
export const isHeaderText = (text: string): boolean =>
  text !== '' &&
  text.trim() === text &&
  E.isRight(
    E.tryCatch(
      () => validateHeaderValue('x', text),
      () => null,
    ),
  );

/** The current one first: whoever looks at one signature only looks at the first. */
const signingKeys = async (
  { sign }: WebhookSettings,
  secrets: Secrets,
): Promise<E.Either<string, readonly Buffer[]>> => {
  if (sign === undefined) return E.right([]);
  const [current, candidates] = await Promise.all([secrets.current(sign.secret)(), secrets.candidates(sign.secret)()]);
  if (E.isLeft(current)) return E.left(`the secret ${sign.secret} cannot be read`);
  const others = E.isRight(candidates) ? candidates.right : [];
  const first = signingKey(current.right);
  if (E.isLeft(first)) return E.left(`the secret ${sign.secret}: expected ${first.left}`);
  const rest = others.filter((value) => value !== current.right).map(signingKey);
  return E.right([first.right, ...rest.flatMap((key) => (E.isRight(key) ? [key.right] : []))]);
};

const signatureHeaders = (
  prefix = 'webhook',
  keys: readonly Buffer[],
  id: string,
  timestamp: number,
  body: string,
): Record<string, string> => ({
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: String(timestamp),
  ...(keys.length === 0 ? {} : { [`${prefix}-signature`]: signed(keys, id, timestamp, body).signatures }),
});

/** A span of its own below that of the event (W3C Trace Context, level 1). */
const traced = (traceparent: string | null): Record<string, string> => {
  const [, traceId, , flags] = traceparent?.split('-') ?? [];
  return traceId === undefined ? {} : { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}` };
};

/** An id may hold any text, a header may not. */
const headerText = (id: string): string => (/^[\x21-\x7e]+$/.test(id) ? id : encodeURIComponent(id.toWellFormed()));
