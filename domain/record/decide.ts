import { match } from 'ts-pattern';
import type { DomainEvent, MemberEvent } from '../event/events.ts';
import type { GrantFacts, PurchaseFacts } from '../event/facts.ts';
import { definitionStream, memberStream, type StreamName } from '../event/stream.ts';
import type { Mapping, ObjectMapping } from '../source/mapping.ts';
import { readDefinition, readGrant, readMember, readPurchase } from './readFacts.ts';
import type { SourceRecord } from './record.ts';

/** A record before and after a merge. */
export type Transition = { readonly before: SourceRecord; readonly after: SourceRecord };

/** What a transition means, by stream. Nothing to say is []. */
export type Decision = readonly { readonly stream: StreamName; readonly events: readonly DomainEvent[] }[];

export const decide = (mapping: Mapping, transition: Transition): Decision => {
  const { object } = transition.after.ref;
  const meaning = mapping.objects[object];
  if (meaning === undefined) return [];
  return match(meaning)
    .with({ role: 'member' }, (member) => decideMember(member, transition))
    .with({ role: 'definition' }, (definition) => decideDefinition(definition, transition))
    .with({ role: 'purchase' }, (purchase) =>
      decideOwned(purchase.owner, transition, (record) => readPurchase(purchase, mapping.programme, record), {
        appeared: (id, current) => ({ type: 'PurchaseRecorded', purchaseId: id, current }),
        changed: (id, previous, current) => ({ type: 'PurchaseCorrected', purchaseId: id, previous, current }),
        vanished: (id, previous) => ({ type: 'PurchaseVoided', purchaseId: id, previous }),
        movedOut: (id, previous) => ({ type: 'PurchaseMovedOut', purchaseId: id, previous }),
        movedIn: (id, current) => ({ type: 'PurchaseMovedIn', purchaseId: id, current }),
      } satisfies OwnedEvents<PurchaseFacts>),
    )
    .with({ role: 'grant' }, (grant) =>
      decideOwned(grant.owner, transition, (record) => readGrant(grant, mapping.programme, record), {
        appeared: (id, current) => ({ type: 'PromotionGranted', grantId: id, current }),
        changed: (id, previous, current) =>
          previous.state !== 'redeemed' && current.state === 'redeemed'
            ? { type: 'PromotionRedeemed', grantId: id, previous, current }
            : { type: 'PromotionRevised', grantId: id, previous, current },
        vanished: (id, previous) => ({ type: 'PromotionRevoked', grantId: id, previous }),
        movedOut: (id, previous) => ({ type: 'PromotionMovedOut', grantId: id, previous }),
        movedIn: (id, current) => ({ type: 'PromotionMovedIn', grantId: id, current }),
      } satisfies OwnedEvents<GrantFacts>),
    )
    .exhaustive();
};

type MappingOf<Role extends ObjectMapping['role']> = Extract<ObjectMapping, { role: Role }>;

/** A provisional member's details wait on its record; enrolment carries them as they then stand. */
const decideMember = (mapping: MappingOf<'member'>, { before, after }: Transition): Decision => {
  const previous = readMember(mapping, before);
  const current = readMember(mapping, after);
  if (sameFacts(previous, current)) return [];
  const event = match([previous.standing, current.standing] as const)
    .returnType<MemberEvent | null>()
    .with(['provisional', 'provisional'], () => null)
    .with(['provisional', 'active'], () => ({ type: 'MemberEnrolled', current }))
    .with(['withdrawn', 'active'], () => ({ type: 'MemberReinstated', current }))
    .with(['provisional', 'withdrawn'], ['active', 'withdrawn'], () => ({ type: 'MemberWithdrawn', current }))
    .with(
      ['active', 'active'],
      ['withdrawn', 'withdrawn'],
      ['withdrawn', 'provisional'],
      ['active', 'provisional'],
      () => ({
        type: 'MemberDetailsChanged',
        previous,
        current,
      }),
    )
    .exhaustive();
  return event === null ? [] : [{ stream: memberStream(after.ref.id), events: [event] }];
};

const decideDefinition = (mapping: MappingOf<'definition'>, { before, after }: Transition): Decision => {
  const stream = definitionStream(after.ref.id);
  const definitionId = after.ref.id;
  const previous = isPresent(before) ? readDefinition(mapping, before) : null;
  const current = readDefinition(mapping, after);
  if (after.existence?.says === 'gone') {
    // Also one that nobody described: its grants are void. And again where more becomes known: its title still names what was redeemed.
    const isKnown = before.existence?.says === 'gone' && sameFacts(readDefinition(mapping, before), current);
    return isKnown ? [] : [{ stream, events: [{ type: 'PromotionRetired', definitionId, previous: current }] }];
  }
  // Only a gap is known of it.
  if (!isPresent(after)) return [];
  if (previous === null) return [{ stream, events: [{ type: 'PromotionDefined', definitionId, current }] }];
  return sameFacts(previous, current)
    ? []
    : [{ stream, events: [{ type: 'PromotionRedefined', definitionId, previous, current }] }];
};

type OwnedEvents<Facts> = {
  readonly appeared: (id: string, current: Facts) => MemberEvent;
  readonly changed: (id: string, previous: Facts, current: Facts) => MemberEvent;
  readonly vanished: (id: string, previous: Facts) => MemberEvent;
  readonly movedOut: (id: string, previous: Facts) => MemberEvent;
  readonly movedIn: (id: string, current: Facts) => MemberEvent;
};

/**
 * A record that belongs to a member. Owner never said: the record waits, nothing is told.
 * Owner changed: out of the old stream and, with its current values, into the new one. Owner empty is an owner: nobody.
 */
const decideOwned = <Facts>(
  ownerField: string,
  { before, after }: Transition,
  read: (record: SourceRecord) => Facts,
  tell: OwnedEvents<Facts>,
): Decision => {
  const { id } = after.ref;
  const from = isPresent(before) ? ownerOf(before, ownerField) : undefined;
  const to = isPresent(after) ? ownerOf(after, ownerField) : undefined;
  if (from === to) {
    if (typeof to !== 'string') return [];
    const previous = read(before);
    const current = read(after);
    return sameFacts(previous, current)
      ? []
      : [{ stream: memberStream(to), events: [tell.changed(id, previous, current)] }];
  }
  const isMove = from !== undefined && to !== undefined;
  const left =
    typeof from === 'string'
      ? [
          {
            stream: memberStream(from),
            events: [isMove ? tell.movedOut(id, read(before)) : tell.vanished(id, read(before))],
          },
        ]
      : [];
  const arrived =
    typeof to === 'string'
      ? [
          {
            stream: memberStream(to),
            events: [isMove ? tell.movedIn(id, read(after)) : tell.appeared(id, read(after))],
          },
        ]
      : [];
  return [...left, ...arrived];
};

/** undefined: never said; null: nobody. */
const ownerOf = (record: SourceRecord, ownerField: string): string | null | undefined =>
  record.fields[ownerField]?.value;

/** Something is known of the record and it is not known to be gone. */
const isPresent = (record: SourceRecord): boolean =>
  record.existence === null ? Object.keys(record.fields).length > 0 : record.existence.says === 'exists';

/** Facts are small plain data in a fixed key order, so their text tells them apart. */
const sameFacts = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
