import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { LimitsSettings, textThat, wholeBetween } from '../delivery/settings.ts';
import { compilePattern } from '../eventbridge/pattern.ts';
import { checkExpression } from './expressions.ts';
import { urlProblem } from './webhookUrl.ts';

/** A value whose fault has words of its own. */
const checked = <A>(name: string, is: (value: unknown) => value is A, problem: (value: A) => string | null) =>
  new t.Type<A, A, unknown>(
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
const HeaderValue = t.union(
  [HeaderText, t.readonly(t.strict({ secret: named('the name of a secret') }))],
  'a text, or { "secret": "name" }',
);
const throws = (work: () => void): boolean => E.isLeft(E.tryCatch(work, () => null));

/** Those that say how a connection is used are the client's. */
const OURS = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
const headerProblem = (headers: Readonly<Record<string, unknown>>): string | null => {
  const wrong = Object.keys(headers).find(
    (name) => OURS.has(name.toLowerCase()) || throws(() => validateHeaderName(name)),
  );
  return wrong === undefined ? null : `expected the names of headers that may be set, not "${wrong}"`;
};
const Headers = t.intersection([
  checked('the headers as an object', t.UnknownRecord.is, headerProblem),
  t.readonly(t.record(t.string, HeaderValue)),
]);

/** 404, or "5xx" for all of a hundred. */
export const StatusRange = t.union(
  [wholeBetween(200, 599), textThat('5xx', (text) => /^[2-5]xx$/.test(text))],
  'a status from 200 to 599, or a text such as "5xx"',
);
export type StatusRange = t.TypeOf<typeof StatusRange>;
const Statuses = t.readonlyArray(StatusRange, 'a list of statuses such as [200, "5xx"]');

const METHODS = { POST: null, PUT: null, PATCH: null };

/** One webhook, or any other HTTP service that is to be told of events. Whatever it does not say is said at `webhookDestination`. */
export const WebhookSettings = t.intersection(
  [
    t.readonly(t.type({ name: named('a name'), url: Url })),
    t.readonly(
      t.partial({
        /** Default: all wallet events. */
        events: Pattern,
        method: t.keyof(METHODS, 'one of POST, PUT, PATCH'),
        headers: Headers,
        /** Of { event, pass, metadata, kept }. Default: the event as a CloudEvent. */
        body: Expression,
        /** prefix: of the three headers, "webhook" unless said. */
        sign: t.intersection([
          t.readonly(t.type({ secret: named('the name of a secret') })),
          t.readonly(t.partial({ prefix: named('the beginning of the names of three headers') })),
        ]),
        /** Default: any 2xx. condition: of { status, headers, body }, in addition. */
        succeeds: t.readonly(t.partial({ statuses: Statuses, condition: Expression })),
        /** Statuses that pass by themselves. */
        retries: Statuses,
        /** Of { status, headers, body }: what is remembered of the answer, and shown. */
        keeps: Expression,
        limits: LimitsSettings,
      }),
    ),
  ],
  'a webhook',
);
export type WebhookSettings = t.TypeOf<typeof WebhookSettings>;

/** The secrets that it names, and what each is to be. */
export const secretsOf = ({
  headers = {},
  sign,
}: WebhookSettings): readonly { readonly name: string; readonly isSigning: boolean }[] => [
  ...Object.values(headers).flatMap((value) =>
    typeof value === 'string' ? [] : [{ name: value.secret, isSigning: false }],
  ),
  ...(sign === undefined ? [] : [{ name: sign.secret, isSigning: true }]),
];
