import * as t from 'io-ts';
import type { Role } from '#domain/index.ts';
import { orNull } from './common.ts';

const names = t.readonly(t.record(t.string, t.string));

/** What a running billfold reads, for people and for tools that put files and events in. */
export const MappingListing = t.strict(
  {
    programme: t.strict({ currency: t.string, timeZone: t.string, extractionMarginMs: t.number }),
    objects: t.readonly(
      t.record(
        t.string,
        t.strict(
          {
            role: t.keyof({
              member: null,
              purchase: null,
              grant: null,
              definition: null,
              memberTier: null,
              tier: null,
              points: null,
            } satisfies Record<Role, null>),
            /** null: its records belong to nobody. */
            owner: orNull(t.string),
            /** Attribute → API name of the field. */
            fields: names,
            custom: names,
          },
          'MappedObject',
        ),
      ),
    ),
    /** Flow → object. */
    flows: names,
    /** Platform event → object. */
    platformEvents: names,
  },
  'Mapping',
);
export type MappingListing = t.TypeOf<typeof MappingListing>;
