import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type AnnouncedType, type Announcement, announcedCodecs, WalletEvent } from '#domain/index.ts';
import { decoded, parsed } from '../dynamodb/decoded.ts';

/** What a message turned out to be. Foreign: of somebody else, or of a type that this version does not know. */
export type Message =
  | { readonly type: 'Wallet'; readonly event: WalletEvent }
  | { readonly type: 'Domain'; readonly event: Announcement }
  | { readonly type: 'Foreign' };

/**
 * An event from any of the shapes it travels in: EventBridge's envelope, a CloudEvent (as webhooks get it), bare `{ type, detail }`, or any of them as text
 * (the body of an SQS message or of a POST). Left: where and what was expected, never the value, which may be personal.
 */
export const decodeMessage = (message: unknown): E.Either<string, Message> => {
  const json = typeof message === 'string' ? parsed(message) : E.right(message);
  if (E.isLeft(json)) return json;
  if (Envelope.is(json.right)) return fromSource(json.right.source, json.right['detail-type'], json.right.detail);
  if (CloudEvent.is(json.right)) return fromSource(json.right.source, json.right.type, json.right.data);
  if (!Bare.is(json.right)) return E.left('expected an EventBridge envelope, a CloudEvent, or { type, detail }');
  const { type, detail } = json.right;
  return eventOf(type, detail, isWalletType(type) ? 'Wallet' : 'Domain');
};

const FOREIGN: Message = { type: 'Foreign' };
const Envelope = t.type({ source: t.string, 'detail-type': t.string, detail: t.unknown });
const CloudEvent = t.type({ specversion: t.literal('1.0'), source: t.string, type: t.string, data: t.unknown });
const Bare = t.type({ type: t.string, detail: t.unknown });

const fromSource = (source: string, type: string, detail: unknown): E.Either<string, Message> => {
  if (source === 'billfold.wallet') return eventOf(type, detail, 'Wallet');
  return source === 'billfold.domain' ? eventOf(type, detail, 'Domain') : E.right(FOREIGN);
};

const eventOf = (type: string, detail: unknown, bus: 'Wallet' | 'Domain'): E.Either<string, Message> => {
  if (bus === 'Wallet') {
    if (!isWalletType(type)) return E.right(FOREIGN);
    return E.map((of: WalletEvent['detail']): Message => ({ type: 'Wallet', event: { type, detail: of } }))(
      decoded(WalletEvent.type.props.detail, detail),
    );
  }
  if (!isAnnouncedType(type)) return E.right(FOREIGN);
  const codec: t.Any = announcedCodecs[type];
  // The codec of a type decodes the details of that type.
  return E.map((of: unknown): Message => ({ type: 'Domain', event: { type, detail: of } as Announcement }))(
    decoded(codec, detail),
  );
};

const isWalletType = (type: string): type is WalletEvent['type'] =>
  Object.hasOwn(WalletEvent.type.props.type.keys, type);
const isAnnouncedType = (type: string): type is AnnouncedType => Object.hasOwn(announcedCodecs, type);
