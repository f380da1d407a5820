import * as t from 'io-ts';
import type { PublishedBus } from '../../schema/published.ts';
import { pageOf } from './common.ts';

const bus = { wallet: null, domain: null } satisfies Record<PublishedBus, null>;

/** A type of event that is published, its latest version, and where its schema is. */
export const SchemaListed = t.strict(
  {
    bus: t.keyof(bus),
    source: t.keyof({ 'billfold.wallet': null, 'billfold.domain': null }),
    detailType: t.string,
    version: t.number,
    description: t.string,
    path: t.string,
  },
  'SchemaListed',
);
export type SchemaListed = t.TypeOf<typeof SchemaListed>;
export const SchemasListed = pageOf(SchemaListed, 'SchemasListed');

/** An AsyncAPI document: its own specification says more. */
export const AsyncApiDocument = t.type({ asyncapi: t.literal('3.0.0') }, 'AsyncApiDocument');
/** An OpenAPI document: its own specification says more. */
export const OpenApiDocument = t.type({ openapi: t.literal('3.1.1'), paths: t.UnknownRecord }, 'OpenApiDocument');
