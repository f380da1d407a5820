import * as t from 'io-ts';
import { physicalName, type TableName, tablesVariable } from './topology.ts';

type Environs = Readonly<Record<string, string | undefined>>;

/** Under which names the tables of an installation lie: what was restored goes by another than the prefix gives it. Throws where the environment says something else. */
export const tableNames = (prefix: string, environs: Environs = process.env): ((name: TableName) => string) => {
  const renamed = renamedIn(environs[tablesVariable]);
  return (name) => renamed[name] ?? physicalName(prefix, name);
};

const Renamed = t.readonly(t.record(t.string, t.string));

const renamedIn = (said: string | undefined): t.TypeOf<typeof Renamed> => {
  if (said === undefined) return {};
  const names: unknown = JSON.parse(said);
  if (!Renamed.is(names)) throw new Error(`${tablesVariable}: expected names of tables`);
  return names;
};
