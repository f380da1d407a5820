import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { StoreCorrupt } from '#domain/index.ts';
import type { Card } from '../delivery/card.ts';
import { readContent, withContent } from './acceptedItem.ts';
import { corrupt, decodedJson } from './decoded.ts';
import { type Item, type ItemImage, number, numberIn, textIn } from './item.ts';

/**
 * Stored format, version with care: a member's card is one item of the deliveries table. It stays: it is what the member's pass is everywhere.
 *
 *   p  "member#<id>"     s  "card"     f  format     r  revision
 *   changed  JSON        said  JSON: what the event itself says has changed, where that is less     modifiedAt  ms
 *   id, source           of the event that said so; and its type, lane, tp, co, c or z, as in acceptedItem.ts
 */
const FORMAT = 1;

export const MEMBER = 'member#';
export const CARD = 'card';
export const cardKey = (memberId: string): Item => ({ p: { S: `${MEMBER}${memberId}` }, s: { S: CARD } });

export const cardItem = ({ memberId, revision, event, changed, modifiedAt }: Card): Item => {
  const [all, said] = [changed, event.pass?.changed ?? []].map((names) => JSON.stringify(names));
  return withContent(
    {
      ...cardKey(memberId),
      f: number(FORMAT),
      r: number(revision),
      changed: { S: all ?? '[]' },
      ...(said !== undefined && said !== all && { said: { S: said } }),
      modifiedAt: number(modifiedAt),
      id: { S: event.id },
      source: { S: event.source },
    },
    event,
  );
};

export const readCard = (item: ItemImage): E.Either<StoreCorrupt, Card> => {
  const bad = (reason: string) => E.left(corrupt('card', reason));
  if ((numberIn(item, 'f') ?? FORMAT + 1) > FORMAT) return bad(`expected format ${FORMAT} or older`);
  const [p, id, source] = ['p', 'id', 'source'].map((name) => textIn(item, name));
  const [revision, modifiedAt] = [numberIn(item, 'r'), numberIn(item, 'modifiedAt')];
  if (p === undefined || id === undefined || source === undefined) return bad('expected a card');
  if (revision === undefined || modifiedAt === undefined) return bad('expected a card');
  const content = readContent(item);
  if (E.isLeft(content)) return bad(content.left);
  const changed = decodedJson(Names, textIn(item, 'changed') ?? '');
  if (E.isLeft(changed)) return bad(`changed: ${changed.left}`);
  const said = decodedJson(Names, textIn(item, 'said') ?? textIn(item, 'changed') ?? '');
  if (E.isLeft(said)) return bad(`said: ${said.left}`);
  const memberId = p.slice(MEMBER.length);
  const pass = { memberId, revision, changed: said.right };
  const event = { id, source, ...content.right, pass };
  return E.right({ memberId, revision, event, changed: changed.right, modifiedAt });
};

const Names = t.readonlyArray(t.string);
