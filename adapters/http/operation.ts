import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, preValidationHookHandler } from 'fastify';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { decoded } from '../dynamodb/decoded.ts';
import { isKeyText, KeyText } from '../keyText.ts';
import type { JsonSchema } from '../schema/jsonSchema.ts';
import { type AnyReply, sendProblem } from './problem.ts';

/**
 * What a route says of itself. The OpenAPI document (openApi.ts), the index at GET / and the types of the handler are made of it.
 * A route is added so:
 *
 *   route(server, 'GET', '/api/parcels/:id', {
 *     id: 'getParcel',                          // operationId: unique, and never changed
 *     tag: 'passes',                            // one of `tags` below
 *     summary: 'a parcel',                      // one line, also of the index
 *     params: { id: 'As the list says' },       // all names of the path, none besides: the compiler holds it to that
 *     query: { at: 'An instant' },              // each is string | undefined; given twice it is refused with 400
 *     answers: { 200: Parcel },                 // by status a named codec of answers/<area>.ts, or by media type, or null: no body
 *     refusals: { 404: 'There is none' },       // what sendProblem sends; 400 is said by itself where anything is asked for
 *   }, async ({ params, query }, reply) => …)   // what it returns, or sends with reply.code(…).send(…), has to be a Parcel
 *
 * body: a codec is decoded before the handler is called, and a 400 says where and what was expected; by media type it is the handler's to read.
 * An operation that is written down apart from its route goes through operation(…). A page, which is no part of the API, is registered with
 * { config: { operation: null } }. Then the README wants a line, and test/adapters/http/openApi.int.ts a question.
 */
export type Operation = {
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | Parameter>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | Parameter>>;
  readonly body?: Codec | Media;
  readonly answers: Readonly<Record<number, Codec | Media | null>>;
  readonly refusals?: Readonly<Record<number, string>>;
};

/** As it is, with its literals: for an operation that is written down apart from its route. */
export const operation = <const O extends Operation>(said: O): O => said;

export type Parameter = { readonly description: string; readonly schema: JsonSchema };
/** By media type: a codec, or in words what it is. */
export type Media = { readonly [mediaType: `${string}/${string}`]: Codec | string };
// biome-ignore lint/suspicious/noExplicitAny: a codec of anything, of which only the type it decodes to is asked.
type Codec = t.Type<any, any, unknown>;

/** In the order in which the index and the document list them. */
export const tags = {
  intake: 'Where Salesforce’s files and events come in',
  members: 'What is known of a member: now, then, and event by event',
  passes: 'What holders see',
  events: 'What the buses carried',
  deliveries: 'What went to wallets and webhooks, and what did not',
  quarantine: 'What could not be understood',
  parked: 'Members whose projections failed',
  mapping: 'What is read, and what it means',
  runs: 'Flow runs, and what full loads left out',
  jobs: 'What is done to all members at once, and the versions of projections',
  pipes: 'The live pipes, paused and resumed',
  'dead-letters': 'What queues and pipes gave up, and its way back',
  'stand-ins': 'What stands in for Apple, Google and phones on this machine',
  sample: 'A made-up retailer',
  schemas: 'The shapes of all of this, for tools',
  service: 'How it is, and how far',
} as const;
export type Tag = keyof typeof tags;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** null: a page, or what else is no part of the API. */
    operation?: Operation | null;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Registers a route that documents itself. */
export const route = <const Path extends string, const O extends Operation>(
  server: FastifyInstance,
  method: Method,
  path: Path,
  operation: O & ParamsOf<Path>,
  handler: NoInfer<(request: RequestOf<Path, O>, reply: ReplyOf<Answers<O>>) => Promise<AnswerOf<O> | FastifyReply>>,
): void => {
  server.route({
    method,
    url: path,
    config: { operation },
    preValidation: understood(operation),
    // The checks above are what makes a request one of this operation.
    handler: handler as unknown as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  });
};

type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name extends `${infer Bare}.${string}`
      ? Bare
      : Name
    : never;
type ParamsOf<Path extends string> = [Names<Path>] extends [never]
  ? { readonly params?: never }
  : { readonly params: Readonly<Record<Names<Path>, string>> };

export type RequestOf<Path extends string, O extends Operation> = FastifyRequest<{
  Params: Readonly<Record<Names<Path>, string>>;
  Querystring: { readonly [Name in keyof NonNullable<O['query']>]?: string };
  Body: O['body'] extends Codec ? t.TypeOf<O['body']> : unknown;
}>;

/** What may be sent, by status. */
type Answers<O extends Operation> = { [Status in keyof O['answers']]: BodyOf<O['answers'][Status]> };
export type AnswerOf<O extends Operation> = Answers<O>[keyof Answers<O>];
type BodyOf<A> = A extends Codec
  ? t.TypeOf<A>
  : A extends null
    ? undefined
    : {
        [Type in keyof A]: (A[Type] extends Codec ? t.TypeOf<A[Type]> : never) | Unless<Type, 'application/json'>;
      }[keyof A];
/** Other media types than this are sent as text or bytes. */
type Unless<Type, Json> = Type extends Json ? never : string | Buffer | Readable;

/** Sends what the operation answers and nothing else; sendProblem sends refusals. */
export interface ReplyOf<A> extends AnyReply {
  code<Status extends keyof A>(status: Status): ReplyOf<Pick<A, Status>>;
  header(name: string, value: string | number): ReplyOf<A>;
  type(mediaType: string): ReplyOf<A>;
  send(...body: undefined extends A[keyof A] ? [] : [A[keyof A]]): FastifyReply;
}

/** A parameter given twice is a mistake everywhere: nothing here takes a list. A name that no store could hold as a key is nobody's. */
const understood =
  ({ params = {}, query = {}, body }: Operation): preValidationHookHandler =>
  (request, reply, done) => {
    const named = Object(request.params) as Readonly<Record<string, string>>;
    const unusable = Object.keys(params).find((name) => !isKeyText(named[name] ?? ''));
    if (unusable !== undefined) return void sendProblem(reply, 400, `${unusable}: expected ${KeyText.name}`);
    const asked = Object(request.query) as Readonly<Record<string, unknown>>;
    const names = Object.keys(query);
    if (names.some((name) => Array.isArray(asked[name])))
      return void sendProblem(reply, 400, `${names.join(' and ')}: expected no more than one value`);
    if (!(body instanceof t.Type)) return done();
    const read = decoded(body, request.body);
    if (E.isLeft(read)) return void sendProblem(reply, 400, 'Not understood', read.left);
    request.body = read.right;
    done();
  };
