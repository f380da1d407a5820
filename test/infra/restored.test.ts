import { describe, expect, test } from 'vitest';
import { tablesVariable, topology } from '#adapters/topology.ts';
import { readSettings } from '#infra/settings/settings.ts';
import { alarmsOf } from '#infra/watch/alarms.ts';
import { isFormula } from '#infra/watch/metric.ts';
import { required, type StackTemplate, settingsOf, synthesised } from './synthesised.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:111122223333:table';
const tables = {
  events: `${TABLE}/billfold-events-2/stream/2026-11-22T10:00:00.000`,
  records: `${TABLE}/billfold-records-2`,
};
const usual = synthesised();
const restored = synthesised({ tables: JSON.stringify(tables) });
const ofType = ({ Resources }: StackTemplate, type: string) =>
  Object.values(Resources).filter((resource) => resource.Type === type);
const textOf = (template: StackTemplate): string => JSON.stringify(template);
/** What the flow that is deployed now holds on to. */
const imported = [...new Set([...textOf(usual.flow).matchAll(/ImportValue":"([^"]+)"/g)].map(([, name]) => name))];
const exportsOf = ({ Outputs = {} }: StackTemplate) => Object.values(Outputs).map(({ Export }) => Export.Name);

describe('tables that were restored', () => {
  test('functions, pipes and permissions are those of the restored tables, and of no other of that name', () => {
    const told = ofType(restored.flow, 'AWS::Lambda::Function').flatMap(
      ({ Properties }) => Properties.Environment?.Variables[tablesVariable] ?? [],
    );
    expect(new Set(told)).toEqual(
      new Set([JSON.stringify({ events: 'billfold-events-2', records: 'billfold-records-2' })]),
    );
    expect(told).toHaveLength(Object.keys(topology.functions).length + 1);
    const sources = ofType(restored.flow, 'AWS::Pipes::Pipe').map(({ Properties }) => Properties.Source);
    expect(sources.filter((source) => source === tables.events)).toHaveLength(2);
    expect(textOf(restored.flow)).toContain(tables.records);
    for (const table of ['events', 'records'])
      expect(textOf(restored.flow)).not.toMatch(new RegExp(`ImportValue":"[^"]*GetAttStorebillfold${table}`));
  });

  test('the tables of the stack stay, and so does each export that the deployed flow still imports', () => {
    expect(ofType(restored.store, 'AWS::DynamoDB::GlobalTable')).toEqual(
      ofType(usual.store, 'AWS::DynamoDB::GlobalTable'),
    );
    expect(imported.length).toBeGreaterThan(5);
    expect(exportsOf(restored.store)).toEqual(expect.arrayContaining(imported));
  });

  test('alarms look at them', () => {
    const watched = { prefix: 'billfold', feeds: [], jobsArn: '', middlewareHost: null } as const;
    const named = alarmsOf({ ...watched, renamed: { events: 'billfold-events-2' } }).flatMap(({ measure }) =>
      (isFormula(measure) ? Object.values(measure.of) : [measure]).map(({ dimensions }) => dimensions.TableName),
    );
    expect(named).toContain('billfold-events-2');
    expect(named).not.toContain('billfold-events');
  });

  test.each<[string, object, string]>([
    ['a table of which there is none', { things: `${TABLE}/x-things` }, 'tables.things'],
    ['a streamed table without its stream', { events: `${TABLE}/billfold-events-2` }, 'tables.events'],
    ['a stream of a table that needs none', { records: tables.events }, 'tables.records'],
    ['a table elsewhere', { records: tables.records.replace('central', 'west') }, 'tables.records'],
    ['a name', { records: 'billfold-records-2' }, 'tables.records'],
  ])('%s is refused', (_, given, where) => {
    const read = readSettings({ ...required, tables: given });
    expect('problems' in read ? read.problems.map((problem) => problem.where) : []).toEqual([where]);
  });

  test('what is no JSON is refused', () => {
    expect(readSettings({ ...required, tables: '{events' })).toMatchObject({ problems: [{ where: 'tables' }] });
  });
});

test('without pipes there are none, so that they can be made anew on other streams; all else stays', () => {
  const without = synthesised({ withoutPipes: 'true' });
  expect(settingsOf({ withoutPipes: 'true' }).hasPipes).toBe(false);
  expect(ofType(without.flow, 'AWS::Pipes::Pipe')).toEqual([]);
  expect(ofType(without.flow, 'AWS::Lambda::Function')).toEqual(ofType(usual.flow, 'AWS::Lambda::Function'));
  expect(exportsOf(without.store)).toEqual(expect.arrayContaining(imported));
});
