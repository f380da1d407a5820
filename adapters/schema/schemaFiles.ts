import { readdirSync, readFileSync } from 'node:fs';
import { type JsonSchema, jsonSchemaOf } from './jsonSchema.ts';
import { type Published, type PublishedBus, published } from './published.ts';

/** A checked-in schema: the shape that events of a type have, or had. Versions count from 1; none is ever edited. */
export type SchemaFile = {
  readonly bus: PublishedBus;
  readonly source: Published['source'];
  readonly detailType: string;
  readonly version: number;
  readonly schema: JsonSchema;
};

const folder = new URL('files/', import.meta.url);
/** From adapters/schema/. */
export const schemaPath = ({ bus, detailType, version }: Omit<SchemaFile, 'schema' | 'source'>): string =>
  `files/${bus}/${detailType}-v${version}.json`;

/** All versions, of each type the oldest first. */
export const schemaFiles = (): readonly SchemaFile[] =>
  (['wallet', 'domain'] as const).flatMap((bus) =>
    readdirSync(new URL(bus, folder))
      .flatMap((name): SchemaFile[] => {
        const [, detailType, version] = /^(\w+)-v(\d+)\.json$/.exec(name) ?? [];
        if (detailType === undefined) return [];
        const schema: JsonSchema = JSON.parse(readFileSync(new URL(`${bus}/${name}`, folder), 'utf8'));
        return [{ bus, source: `billfold.${bus}`, detailType, version: Number(version), schema }];
      })
      .toSorted((a, b) => byName([a.detailType, a], [b.detailType, b]) || a.version - b.version),
  );

export const latestOf = (files: readonly SchemaFile[]): readonly SchemaFile[] =>
  files.filter((file) => !files.some((other) => other.detailType === file.detailType && other.version > file.version));

/**
 * What is missing among the files, or says something else than the codecs: a shape of its own gets a version of its own, the
 * files before it stay. Words alone (title, description) are put right in place.
 */
export const outdated = (files: readonly SchemaFile[]): readonly SchemaFile[] =>
  published().flatMap((event): SchemaFile[] => {
    const { bus, source, detailType } = event;
    const latest = latestOf(files).find((file) => file.detailType === detailType);
    const isSameShape = latest !== undefined && shapeOf(latest.schema) === shapeOf(schemaOf(event, latest.version));
    const version = latest === undefined ? 1 : isSameShape ? latest.version : latest.version + 1;
    const schema = schemaOf(event, version);
    if (JSON.stringify(latest?.schema) === JSON.stringify(schema)) return [];
    return [{ bus, source, detailType, version, schema }];
  });

const schemaOf = ({ bus, detailType, description, codec }: Published, version: number): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:billfold:${bus}:${detailType}:${version}`,
  title: detailType,
  description: `${description} This is the \`detail\` of the event.`,
  ...jsonSchemaOf(codec),
});

const WORDS = ['$id', 'title', 'description'];
const shapeOf = (schema: JsonSchema): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => !WORDS.includes(keyword))),
    // The order of properties says nothing.
    (_, value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).toSorted(byName)) : value),
  );

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
