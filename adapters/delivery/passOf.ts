import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Pass } from '#domain/index.ts';
import { parsedJson } from '../parsedJson.ts';
import type { Card } from './card.ts';

/** Of a wallet event's content: its data is its detail. */
const WalletContent = t.type({ data: t.type({ data: t.type({ pass: Pass }) }) });

/** The pass as the wallet event of a card says it; left: what is wrong with it. */
export const passOf = ({ event }: Card): E.Either<string, Pass> => {
  const read = WalletContent.decode(parsedJson(event.content));
  return E.isLeft(read) ? E.left('expected a pass in the wallet event') : E.right(read.right.data.data.pass);
};
