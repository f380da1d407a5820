import type { FastifyInstance } from 'fastify';
import type { FieldMapping, Mapping, Role } from '#domain/index.ts';

export type MappingApiDeps = { readonly mapping: Mapping };

/** What a running billfold reads, for people and for tools that put files and events in. */
export type MappingListing = {
  readonly programme: Mapping['programme'];
  readonly objects: Readonly<
    Record<
      string,
      {
        readonly role: Role;
        /** null: its records belong to nobody. */
        readonly owner: string | null;
        /** Attribute → API name of the field. */
        readonly fields: Readonly<Record<string, string>>;
        readonly custom: Readonly<Record<string, string>>;
      }
    >
  >;
  readonly flows: Readonly<Record<string, string>>;
  /** Platform event → object. */
  readonly platformEvents: Readonly<Record<string, string>>;
};

export const mappingApi =
  ({ mapping }: MappingApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    server.get('/api/mapping', async () => listingOf(mapping));
  };

const listingOf = ({ programme, objects, flows, platformEvents = {} }: Mapping): MappingListing => ({
  programme,
  objects: Object.fromEntries(
    Object.entries(objects).map(([name, meaning]) => [
      name,
      {
        role: meaning.role,
        owner: 'owner' in meaning ? meaning.owner : null,
        fields: namesOf(meaning.fields),
        custom: namesOf(meaning.custom ?? {}),
      },
    ]),
  ),
  flows,
  platformEvents: Object.fromEntries(Object.entries(platformEvents).map(([name, { object }]) => [name, object])),
});

const namesOf = (fields: Readonly<Record<string, FieldMapping>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).map(([attribute, { field }]) => [attribute, field]));
