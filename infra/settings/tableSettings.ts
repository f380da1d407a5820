import { type TableDeclaration, type TableName, topology } from '#adapters/topology.ts';
import { keysOf } from '../declared.ts';
import { isRecord, parsed } from './json.ts';
import { type Context, howToGive, type Refuse } from './problem.ts';

/** A table that is there already: restored, or made by hand in place of one that was lost. streamArn null: it has none, and needs none. */
export type ExistingTable = { readonly name: string; readonly arn: string; readonly streamArn: string | null };

/** By the names of the topology; the others are made by the stack. */
export type ExistingTables = Readonly<Partial<Record<TableName, ExistingTable>>>;

/** An object, or on the command line its JSON: of a table that is streamed the ARN of its stream, of any other its own. */
export const readTables = (context: Context, refuse: Refuse): ExistingTables => {
  const given = context.tables ?? {};
  const said = typeof given === 'string' ? parsed(given) : given;
  if (!isRecord(said)) {
    refuse(
      'tables',
      `malformed. Expected: ARNs by the names of tables, on the command line as JSON between single quotes. ${HOW}`,
    );
    return {};
  }
  const known = keysOf(topology.tables);
  const found: Partial<Record<TableName, ExistingTable>> = {};
  for (const [name, arn] of Object.entries(said)) {
    const table = known.find((one) => one === name);
    const existing = table === undefined ? null : existingTable(topology.tables[table], arn, context.region);
    if (table !== undefined && existing !== null) found[table] = existing;
    else
      refuse(
        `tables.${name}`,
        table === undefined ? `no such table. There are: ${known.join(', ')}.` : expectedOf(table),
      );
  }
  return found;
};

const existingTable = ({ stream }: TableDeclaration, said: unknown, region: unknown): ExistingTable | null => {
  const [, arn, inRegion, name, streamPart] = (typeof said === 'string' ? ARN.exec(said) : null) ?? [];
  if (arn === undefined || name === undefined || (region !== undefined && inRegion !== region)) return null;
  if ((streamPart !== undefined) !== (stream !== null)) return null;
  return { name, arn, streamArn: streamPart === undefined ? null : `${arn}${streamPart}` };
};

/** DynamoDB API reference: names of tables, and streams labelled with the instant at which they were switched on. */
const ARN = /^(arn:aws[\w-]*:dynamodb:([\w-]+):\d{12}:table\/([\w.-]{3,255}))(\/stream\/[\w:.-]+)?$/;

const expectedOf = (table: TableName): string =>
  `malformed. Expected: the ARN ${topology.tables[table].stream === null ? 'of a table' : 'of the stream of a table'} in this region. ${HOW}`;

const HOW = howToGive('tables', `'{"records":"arn:aws:dynamodb:REGION:ACCOUNT:table/billfold-records-2"}'`);

/** Names other than the prefix gives. */
export const renamedIn = (tables: ExistingTables): RenamedTables =>
  Object.fromEntries(Object.entries(tables).map(([table, { name }]) => [table, name]));
export type RenamedTables = Readonly<Partial<Record<TableName, string>>>;
