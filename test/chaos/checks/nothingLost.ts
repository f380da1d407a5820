import type { MemberRecords } from '#adapters/http/answers/records.ts';
import { type FieldValue, isNumeral } from '#adapters/sample/wire.ts';
import type { SimRecord } from '#test/support/org.ts';
import { type Check, inParallel } from './check.ts';
import { orgOf, ownerOf } from './members.ts';

/** Of each record, every field holds what the retailer said of it last: also where no pass shows it. */
export const nothingLost: Check = {
  promise: 'no acknowledged observation lost',
  when: 'always',
  look: async ({ system, org, members }) => {
    const { get } = system.service();
    const byOwner = Map.groupBy(orgOf(org, members).records.values(), ownerOf);
    const lost = await inParallel(members, async (memberId) => {
      const known = new Map<string, Known>();
      for (let after: string | null = ''; after !== null; ) {
        const page: MemberRecords = await get(
          `/api/members/${memberId}/records${after === '' ? '' : `?after=${encodeURIComponent(after)}`}`,
        );
        for (const record of page.items) if (!record.isElsewhere) known.set(record.id, record);
        after = page.next;
      }
      return (byOwner.get(memberId) ?? []).flatMap((record) => unknownOf(record, known.get(record.id)));
    });
    return lost.flat();
  },
};

type Known = MemberRecords['items'][number];

const unknownOf = (record: SimRecord, known: Known | undefined): readonly string[] => {
  const what = `${record.object} ${record.id}`;
  // Deleted before anybody heard of it: no event tells of such a record.
  if (known === undefined) return record.deleted ? [] : [`${what}: unknown`];
  const wrong = known.fields.flatMap(({ field, value }) => {
    const said = record.fields[field];
    return said === undefined || value === textOf(said) ? [] : [`${what}: ${field} is not what was said last`];
  });
  return (known.existence?.says === 'gone') === record.deleted ? wrong : [...wrong, `${what}: existence`];
};

const textOf = (value: FieldValue): string | null => {
  if (value === null || value === '') return null;
  return isNumeral(value) ? value.numeral : String(value);
};
