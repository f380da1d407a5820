import fc from 'fast-check';
import type { OpenApi } from '#adapters/http/openApi.ts';
import { operationsOf, type ToldOperation } from '#test/support/openApiRules.ts';
import type { Asked } from '../http.ts';
import { mutationArb, textArb } from '../mutations.ts';
import { sampleOf } from '../sampleOf.ts';
import { NOBODY } from '../seeds.ts';

/** A text: one of those that are known to mean something, or odd. */
type Word = { readonly which: number; readonly odd: string | null };

/** A request of an operation that is only known when the service runs: everything counted round. */
export type ApiCase = {
  readonly at: number;
  readonly method: string | null;
  readonly inPath: readonly Word[];
  readonly query: readonly { readonly at: number; readonly word: Word }[];
  readonly queryText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  readonly body: { readonly which: number; readonly change: (seed: unknown) => Buffer } | null;
};

/** What the service that is asked has, for whoever asks. */
export type Surface = {
  readonly document: OpenApi;
  readonly operations: readonly ToldOperation[];
  /** Of a parameter of an operation, or of a property of a body: values that mean something. */
  readonly known: (name: string, path: string) => readonly string[];
  /** In place of what the schema of an operation's body says. */
  readonly bodies: Readonly<Record<string, readonly unknown[]>>;
};

export const surfaceOf = (document: OpenApi, rest: Pick<Surface, 'known' | 'bodies'>): Surface => ({
  ...rest,
  document,
  operations: operationsOf(document),
});

const which = fc.nat({ max: 1_000 });
const wordArb = (oddWeight: number): fc.Arbitrary<Word> =>
  fc.record({
    which,
    odd: fc.oneof({ weight: 10 - oddWeight, arbitrary: fc.constant(null) }, { weight: oddWeight, arbitrary: ODD }),
  });
const ODD = textArb([NOBODY, 'latest', '2026-03-01', '12', 'Contact', '..', '%2e%2e', 'a:b', '.pkpass']);

const HEADERS = ['authorization', 'cookie', 'host', 'if-none-match', 'last-event-id', 'origin', 'range', 'referer'];
const MORE_HEADERS = ['sec-fetch-site', 'x-forwarded-for', 'x-amz-target', 'accept', 'accept-encoding', '__proto__'];
const headersArb = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.constant({ accept: 'text/event-stream' }) },
  {
    weight: 3,
    arbitrary: fc.dictionary(
      fc.constantFrom(...HEADERS, ...MORE_HEADERS),
      textArb(['Bearer x', 'text/event-stream', 'bytes=0-1', 'same-origin', 'http://evil.example', '7', '127.0.0.1']),
      { minKeys: 1, maxKeys: 2 },
    ),
  },
);

export const apiCaseArb: fc.Arbitrary<ApiCase> = fc.record({
  at: which,
  method: fc.oneof(
    { weight: 20, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'TRACE') },
  ),
  inPath: fc.array(wordArb(3), { minLength: 3, maxLength: 3 }),
  query: fc.array(fc.record({ at: which, word: wordArb(5) }), { maxLength: 3 }),
  queryText: fc.oneof(
    { weight: 15, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: textArb(['&', '%', '&a&b=']) },
  ),
  headers: headersArb,
  contentType: fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: textArb(['text/plain', 'application/json; charset=utf-16', 'multipart/form-data', '']) },
  ),
  body: fc.oneof(
    { weight: 20, arbitrary: fc.record({ which, change: mutationArb }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
});

/** The request that a case is, of a service with this surface. */
export const askedOf = (surface: Surface, { at, method, inPath, query, queryText, ...rest }: ApiCase): Asked => {
  const operation = surface.operations[at % surface.operations.length];
  if (operation === undefined) throw new Error('the document has operations');
  const { path, parameters = [] } = operation;
  const wordFor = (name: string, { which: chosen, odd }: Word): string => {
    const values = surface.known(name, path);
    return odd ?? values[chosen % values.length] ?? 'a';
  };
  let place = 0;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encoded(wordFor(name, inPath[place++ % inPath.length] ?? { which: 0, odd: null })),
  );
  const names = parameters.filter(({ in: where }) => where === 'query').map(({ name }) => name);
  const said = query.flatMap(({ at: index, word }) => {
    const name = names[index % (names.length + 1)] ?? (index % 5 === 0 ? '__proto__' : null);
    return name === null ? [] : [`${encoded(name)}=${encoded(wordFor(name, word))}`];
  });
  const text = [...said, ...(queryText === '' ? [] : [queryText])].join('&');
  return {
    method: method ?? operation.method.toUpperCase(),
    path: text === '' ? filled : `${filled}?${text}`,
    ...messageOf(surface, operation, rest),
  };
};

const messageOf = (
  surface: Surface,
  { path, operationId, method, requestBody }: ToldOperation,
  { headers, contentType, body }: Pick<ApiCase, 'headers' | 'contentType' | 'body'>,
): Pick<Asked, 'headers' | 'body'> => {
  if (body === null || method === 'get') return { headers, body: null };
  const [mediaType = 'application/json', told] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const { which: chosen, change } = body;
  const bodies = surface.bodies[operationId];
  const seed =
    bodies !== undefined
      ? bodies[chosen % bodies.length]
      : sampleOf(told?.schema ?? {}, {
          parts: surface.document.components.schemas,
          which: chosen,
          known: (name) => surface.known(name, path)[chosen % Math.max(1, surface.known(name, path).length)],
        });
  const target = path === '/eventbridge' ? { 'x-amz-target': 'AWSEvents.PutEvents' } : {};
  return {
    headers: { ...target, 'content-type': contentType ?? mediaType.replace('*/*', 'text/plain'), ...headers },
    body: change(seed),
  };
};

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
