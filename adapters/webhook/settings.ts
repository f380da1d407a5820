import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Limits } from '../delivery/destination.ts';
import { limitSettings } from '../delivery/limitSettings.ts';
import { compilePattern } from '../eventbridge/pattern.ts';
import { closed, oneOf, optional, textThat } from '../settingCodecs.ts';
import { checkExpression } from './expressions.ts';
import { urlProblem } from './webhookUrl.ts';

/** A value whose fault has words of its own. */
const checked = <A>(name: string, is: (value: unknown) => value is A, problem: (value: A) => string | null) =>
  new t.Type<A>(
    name,
    (value): value is A => is(value) && problem(value) === null,
    (value, context) => {
      if (!is(value)) return t.failure(value, context);
      const fault = problem(value);
      return fault === null ? t.success(value) : t.failure(value, context, fault);
    },
    t.identity,
  );
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const Expression = checked('a JSONata expression as text', isText, (text) => {
  const compiled = checkExpression(text);
  return E.isLeft(compiled) ? compiled.left : null;
});

const Pattern = checked('an EventBridge pattern', t.UnknownRecord.is, (pattern) => {
  const compiled = compilePattern(pattern, 'bus');
  if (E.isRight(compiled)) return null;
  const { path, operator, message } = compiled.left;
  const where = [path, operator].filter((part) => part !== null && part !== '').join(' ');
  return `expected an EventBridge pattern: ${where === '' ? '' : `${where}: `}${message}`;
});

const Url = checked('a URL that begins with https://', isText, urlProblem);

/** Names that queues and secrets are kept under. */
const named = (what: string) =>
  textThat(`${what} of lower-case letters, digits and hyphens, such as crm`, (text) =>
    /^[a-z][a-z\d-]{0,39}$/.test(text),
  );

const HeaderText = checked('a text, or { "secret": "name" }', isText, (text) =>
  throws(() => validateHeaderValue('x', text)) ? 'expected a text of one line without control characters' : null,
);
const HeaderSecret = closed({ secret: named('the name of a secret') }, '{ "secret": "name" }');
type HeaderValue = string | t.TypeOf<typeof HeaderSecret>;
const HeaderValue = new t.Type<HeaderValue>(
  HeaderText.name,
  (value): value is HeaderValue => HeaderText.is(value) || HeaderSecret.is(value),
  (value, context) => (t.UnknownRecord.is(value) ? HeaderSecret : HeaderText).validate(value, context),
  t.identity,
);
const throws = (work: () => void): boolean => E.isLeft(E.tryCatch(work, () => null));

/** Those that say how a connection is used are the client's. */
const OURS = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
const isSettable = (name: string): boolean => !OURS.has(name.toLowerCase()) && !throws(() => validateHeaderName(name));
const HeaderName = textThat('the name of a header that may be set', isSettable);

/** Not t.record with a codec of names: that drops what its names refuse (io-ts 2.2.22). */
const HeaderValues = t.record(t.string, HeaderValue, 'headers as an object');
const Headers = new t.Type<Record<string, HeaderValue>>(
  HeaderValues.name,
  (value): value is Record<string, HeaderValue> => HeaderValues.is(value) && Object.keys(value).every(isSettable),
  (value, context) => {
    const validated = HeaderValues.validate(value, context);
    const wrong = Object.keys(t.UnknownRecord.is(value) ? value : {}).filter((name) => !isSettable(name));
    if (wrong.length === 0) return validated;
    const misnamed = wrong.map((key) => ({
      value: key,
      context: [...context, { key, type: HeaderName, actual: key }],
    }));
    return t.failures([...misnamed, ...(E.isLeft(validated) ? validated.left : [])]);
  },
  t.identity,
);

/** 404, or "5xx" for all of a hundred. */
export type StatusRange = number | '2xx' | '3xx' | '4xx' | '5xx';
const isStatus = (value: unknown): value is StatusRange =>
  typeof value === 'string'
    ? /^[2-5]xx$/.test(value)
    : Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599;
const Statuses = t.readonlyArray(
  checked('a status from 200 to 599, or a text such as "5xx"', isStatus, () => null),
  'a list of statuses such as [200, "5xx"]',
);

/** As Standard Webhooks advises: 15 to 30 s for one try (section "Request timeouts"). */
export const usualLimits: Limits = {
  ...{ perSecond: 20, burst: 20, concurrent: 8, concurrentBulk: 2 },
  ...{ tryTimeoutMs: 15_000, deadlineMs: 60_000, tries: 4 },
};

/** One of "webhooks" in destinations.json: a webhook, or any other HTTP service that is to be told of events. What it does not say is said at `webhookDestination`. */
export const WebhookSettings = closed(
  {
    name: named('a name'),
    /** Behind the host it may hold {memberId}, {revision}, {id}, {source} and {type}. */
    url: Url,
    /** Default: all wallet events. */
    events: optional(Pattern),
    method: optional(oneOf('POST', 'PUT', 'PATCH')),
    headers: optional(Headers),
    /** Of { event, pass, metadata, kept }. Default: the event as a CloudEvent. */
    body: optional(Expression),
    sign: optional(
      closed(
        {
          secret: named('the name of a secret'),
          /** Of the names of the three headers; default: webhook. */
          prefix: optional(named('the beginning of the names of three headers')),
        },
        '{ "secret": "name" }',
      ),
    ),
    /** statuses: any 2xx by default. condition: of { status, headers, body }, in addition. */
    succeeds: optional(closed({ statuses: optional(Statuses), condition: optional(Expression) }, 'what succeeds')),
    /** Statuses that pass by themselves. */
    retries: optional(Statuses),
    /** Of { status, headers, body }: what is remembered of the answer, and shown. */
    keeps: optional(Expression),
    limits: limitSettings(usualLimits),
  },
  'a webhook',
);
export type WebhookSettings = t.TypeOf<typeof WebhookSettings>;

export type NamedSecret = { readonly name: string; readonly isSigning: boolean };

/** The secrets that it names. */
export const secretsOf = ({
  headers = {},
  sign,
}: Pick<WebhookSettings, 'headers' | 'sign'>): readonly NamedSecret[] => [
  ...Object.values(headers).flatMap((value) =>
    typeof value === 'string' ? [] : [{ name: value.secret, isSigning: false }],
  ),
  ...(sign === undefined ? [] : [{ name: sign.secret, isSigning: true }]),
];
