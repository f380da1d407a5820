import type { FastifyInstance } from 'fastify';
import type { FieldMapping, Mapping } from '#domain/index.ts';
import { MappingListing } from './answers/mapping.ts';
import { route } from './operation.ts';

export type MappingApiDeps = { readonly mapping: Mapping };

/** What a running billfold reads. */
export const mappingApi =
  ({ mapping }: MappingApiDeps) =>
  async (server: FastifyInstance): Promise<void> => {
    route(
      server,
      'GET',
      '/api/mapping',
      {
        id: 'getMapping',
        tag: 'mapping',
        summary: 'the objects and flows that are read, and what they mean',
        answers: { 200: MappingListing },
      },
      async () => listingOf(mapping),
    );
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
