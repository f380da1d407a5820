import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';
import type { Content } from '../delivery/delivery.ts';
import { parsedJson } from '../parsedJson.ts';

/** Of a wallet event's content: its data is its detail. */
const WalletContent = t.type({ data: t.type({ data: t.type({ pass: Pass }) }) });

/** The pass that a content holds; left: what is wrong with it. */
export const passIn = (content: Content): E.Either<string, Pass> => {
  if (content.type !== 'card') return E.left('expected a wallet event');
  const read = WalletContent.decode(parsedJson(content.card.event.content));
  return E.isLeft(read) ? E.left('expected a pass in the wallet event') : E.right(read.right.data.data.pass);
};
