import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Origin, StoreCorrupt } from '#domain/index.ts';
import { compiledGuard, type Guard } from '../compiledGuard.ts';

/**
 * Left: where and what was expected, never the value, which may be personal.
 * The guard first: it is several times cheaper than decode, and accepts nothing that decode refuses. Only for codecs that
 * neither strip nor transform, as stored shapes are.
 */
export const decoded = <A>(codec: t.Type<A, unknown>, value: unknown): E.Either<string, A> => {
  if (codec.is(value)) return E.right(value);
  const result = codec.decode(value);
  return E.isRight(result) ? result : E.left(faultText(result.left));
};

/** A codec with the guard made of it, for what is read by the thousand. */
export type Guarded<A> = { readonly codec: t.Type<A, unknown>; readonly guard: Guard<A> };
/** Made when it is first asked: most processes read few of the types there are. */
export const guarded = <A>(codec: t.Type<A, unknown>): Guarded<A> => {
  let made: Guard<A> | null = null;
  const guard = (value: unknown): value is A => {
    made ??= compiledGuard(codec);
    return made(value);
  };
  return { codec, guard };
};

export const decodedBy = <A>({ codec, guard }: Guarded<A>, value: unknown): E.Either<string, A> =>
  guard(value) ? E.right(value) : decoded(codec, value);

export const decodedJson = <A>(codec: t.Type<A, unknown>, text: string): E.Either<string, A> => {
  const json = parsed(text);
  return E.isLeft(json) ? json : decoded(codec, json.right);
};

export const parsed = (text: string): E.Either<string, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch {
    return E.left('expected JSON');
  }
};

export const corrupt = (where: string, reason: string): StoreCorrupt => ({ type: 'StoreCorrupt', where, reason });

/** The members of a union or an intersection are places of the codec, not of the value, so they are left out. */
const faultText = (errors: t.Errors): string => {
  const context = (errors[0]?.context ?? []).filter((_, index, entries) => !hasMembers(entries[index - 1]));
  const path = context
    .slice(1)
    .map(({ key }) => key)
    .join('.');
  const expected = `expected ${context.at(-1)?.type.name ?? 'another shape'}`;
  return path === '' ? expected : `${path}: ${expected}`;
};

const hasMembers = (entry: t.ContextEntry | undefined): boolean => {
  const type = entry?.type instanceof t.ExactType ? entry.type.type : entry?.type;
  return type instanceof t.UnionType || type instanceof t.IntersectionType;
};

export const OriginCodec: t.Type<Origin, unknown> = t.union([
  t.strict({ type: t.literal('event'), eventId: t.string }),
  t.strict({ type: t.literal('file'), file: t.string, offset: t.number }),
]);
