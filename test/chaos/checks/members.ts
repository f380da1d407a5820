import type { Org, SimRecord } from '#test/support/org.ts';

/** Who owned, or was, any of the records that changed between the two. */
export const membersChanged = (before: Org, after: Org): ReadonlySet<string> => {
  const members = new Set<string>();
  for (const [id, record] of after.records) {
    const known = before.records.get(id);
    if (known === record) continue;
    for (const owner of [ownerOf(record), known === undefined ? null : ownerOf(known)])
      if (owner !== null) members.add(owner);
  }
  return members;
};

export const allMembers = ({ records }: Org): ReadonlySet<string> =>
  new Set([...records.values()].filter(({ object }) => object === 'Contact').map(({ id }) => id));

/** The org as far as these members go: with all definitions, since any may be theirs. */
export const orgOf = ({ second, records }: Org, members: ReadonlySet<string>): Org => ({
  second,
  records: new Map(
    [...records].filter(([, record]) => record.object === 'Promotion__c' || members.has(ownerOf(record) ?? '')),
  ),
});

/** A contact is its own. */
export const ownerOf = ({ object, id, fields }: SimRecord): string | null => {
  if (object === 'Contact') return id;
  const owner = fields.BillToContactId ?? fields.Member__c ?? null;
  return typeof owner === 'string' ? owner : null;
};
