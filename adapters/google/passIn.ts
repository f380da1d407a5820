import * as E from 'fp-ts/lib/Either.js';
import type { Pass } from '#domain/index.ts';
import type { Content } from '../delivery/delivery.ts';
import { passOf } from '../delivery/passOf.ts';

/** The pass that a content holds; left: what is wrong with it. */
export const passIn = (content: Content): E.Either<string, Pass> =>
  content.type === 'card' ? passOf(content.card) : E.left('expected a wallet event');
