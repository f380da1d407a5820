import { Command } from 'commander';
import { registrySchemas } from '../../schema/registry.ts';
import { latestOf, type SchemaFile, schemaFiles } from '../../schema/schemaFiles.ts';
import { physicalName, topology } from '../../topology.ts';
import { type Client, CommandFailed } from '../client.ts';
import { print, printJson, table } from '../print.ts';

type Options = { readonly registry?: string | true; readonly openapi?: boolean; readonly json?: boolean };

export const schemasCommand = (client: Client): Command =>
  new Command('schemas')
    .description('list the events that are published, or print their JSON Schemas')
    .argument('[detail-type]', 'print the schema of this one')
    .option('--registry [name]', "print what EventBridge's schema registry takes, as input of CreateSchema")
    .option('--openapi', 'print what a running billfold answers, as an OpenAPI document')
    .option('--json', 'print the answer as JSON')
    .action(async (detailType: string | undefined, { registry, openapi, json }: Options) => {
      if (openapi) return printJson(await client.get('/api/openapi.json'));
      const files = latestOf(schemaFiles()).filter(
        (file) => detailType === undefined || file.detailType === detailType,
      );
      if (files.length === 0) throw new CommandFailed(`Nothing is published as ${detailType}.`);
      if (registry !== undefined) {
        const inputs = registrySchemas(files, registry === true ? topology.prefix : registry);
        return printJson(detailType === undefined ? inputs : inputs[0]);
      }
      if (detailType !== undefined) return printJson(files[0]?.schema);
      if (json) return printJson(files.map(({ schema: _, ...file }) => file));
      print(table(files.map(row)));
    });

const row = ({ bus, detailType, version, schema }: SchemaFile): readonly string[] => [
  physicalName(topology.prefix, bus),
  detailType,
  `v${version}`,
  String(schema.description),
];
