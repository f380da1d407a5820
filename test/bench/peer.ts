import type { MemberEvent } from '#domain/index.ts';
import type { Known } from './known.ts';

/** Another event store, at its best settings, with tables of its own. Events of a stream have the versions 1, 2, 3, … */
export type Peer = {
  readonly name: string;
  /** Its DynamoDB client, of the version that billfold has. null: it asks no DynamoDB. */
  readonly client: unknown;
  /** A stream of these events, written in whatever way is quick. */
  readonly prepare: (stream: string, events: readonly MemberEvent[]) => Promise<void>;
  /** Behind that version, all or none where it can do that. Rejects where somebody was faster. */
  readonly append: (stream: string, version: number, events: readonly MemberEvent[]) => Promise<void>;
  /** Everything of a stream, folded by know(). */
  readonly load: (stream: string) => Promise<Loaded>;
};

export type Loaded = { readonly version: number; readonly known: Known };

export type ConnectPeer = (endpoint: string) => Promise<Peer>;

/** Loads, finds what the event is about, and appends it: a change that arrives at an aggregate. */
export const changeVia = async (
  { load, append }: Pick<Peer, 'load' | 'append'>,
  stream: string,
  change: ChangeOf,
): Promise<void> => {
  const { version, known } = await load(stream);
  await append(stream, version, [change(known)]);
};

/** The event that follows from what is known. */
export type ChangeOf = (known: Known) => MemberEvent;
