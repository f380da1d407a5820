import * as t from 'io-ts';
import { type DomainEvent, type EventType, eventCodecs } from './events.ts';
import { type Commit, lastVersion } from './stream.ts';

/** What the domain bus carries. Delivery is at least once and unordered: `eventId` says which were seen, `version` which came first. */
export type Announcement<Type extends AnnouncedType = AnnouncedType> = Type extends AnnouncedType
  ? { readonly type: Type; readonly detail: AnnouncedDetail<Type> }
  : never;
export type AnnouncedType = EventType | 'MemberBaselined';
export type AnnouncedDetail<Type extends AnnouncedType> = {
  readonly metadata: AnnouncedMetadata;
  readonly data: Type extends EventType
    ? WithoutPersonal<Extract<DomainEvent, { readonly type: Type }>>
    : MemberBaselined;
};

/** One for each event; of a commit of a load one for all, so that a load of millions floods nobody. */
export const announcementsOf = (commit: Commit): readonly Announcement[] => {
  if (commit.lane === 'bulk') {
    const types = Map.groupBy(commit.events, ({ type }) => type);
    const events = Object.fromEntries([...types].map(([type, ofType]) => [type, ofType.length]));
    return [announcement(commit, commit.version, 'MemberBaselined', { toVersion: lastVersion(commit), events })];
  }
  return commit.events.map((event, index) => announcement(commit, commit.version + index, event.type, event));
};

/** Encoding keeps what the codec names and nothing else: that is what takes the personal facts away. */
const announcement = (commit: Commit, version: number, type: AnnouncedType, data: unknown): Announcement => {
  const metadata: AnnouncedMetadata = {
    eventId: `${commit.stream}@${version}`,
    stream: commit.stream,
    version,
    recordedAt: new Date(commit.recordedAt).toISOString(),
    lane: commit.lane,
    schema: 'billfold.domain/1',
  };
  const codec: t.Any = announcedCodecs[type];
  // The codec of a type encodes the details of that type.
  return { type, detail: codec.encode({ metadata, data }) } as Announcement;
};

export const AnnouncedMetadata = t.strict(
  {
    /** Deterministic: the same event announced again has the same id. */
    eventId: t.string,
    stream: t.string,
    /** Of the event in its stream, from 1. */
    version: t.number,
    /** When billfold learned it: ISO 8601, UTC. */
    recordedAt: t.string,
    lane: t.keyof({ live: null, bulk: null }),
    schema: t.literal('billfold.domain/1'),
  },
  'AnnouncedMetadata',
);
export type AnnouncedMetadata = t.TypeOf<typeof AnnouncedMetadata>;

/** A commit of a load: how many events of which types, and the version of the last. */
export const MemberBaselined = t.strict(
  { toVersion: t.number, events: t.readonly(t.record(t.string, t.number)) },
  'MemberBaselined',
);
export type MemberBaselined = t.TypeOf<typeof MemberBaselined>;

/** The same shape with no personal facts in it, at any depth. */
type WithoutPersonal<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T as Key extends 'personal' ? never : Key]: WithoutPersonal<T[Key]> }
    : T;

/** The domain bus has archives, and an archive cannot forget. Names are on the wallet bus only, where the pass shows them. */
const withoutPersonal = (codec: t.Any): t.Any => {
  if (codec instanceof t.ExactType) return t.exact(withoutPersonal(codec.type) as t.HasProps, codec.name);
  if (codec instanceof t.IntersectionType)
    return t.intersection(codec.types.map(withoutPersonal) as [t.Mixed, t.Mixed], codec.name);
  if (codec instanceof t.InterfaceType) return t.type(others(codec.props), codec.name);
  if (codec instanceof t.PartialType) return t.partial(others(codec.props), codec.name);
  return codec;
};

const others = (props: t.Props): t.Props =>
  Object.fromEntries(
    Object.entries(props).flatMap(([name, codec]) => (name === 'personal' ? [] : [[name, withoutPersonal(codec)]])),
  );

const detail = (data: t.Any, name: string): t.Any => t.strict({ metadata: AnnouncedMetadata, data }, name);

/** The codec of `detail`, by detail-type. */
export const announcedCodecs = Object.fromEntries([
  ...Object.entries(eventCodecs).map(([type, codec]) => [type, detail(withoutPersonal(codec), `${type}Detail`)]),
  ['MemberBaselined', detail(MemberBaselined, 'MemberBaselinedDetail')],
  // Each was made of the codec of its type.
]) as { readonly [Type in AnnouncedType]: t.Type<AnnouncedDetail<Type>, unknown> };
