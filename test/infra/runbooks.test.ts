import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { physicalName, topology } from '#adapters/topology.ts';
import { operatingPages, runbooks } from '#test/support/operatingGuide.ts';

test('the pages name only what is deployed, and tables that the guide has somebody make beside them', () => {
  const tables = Object.keys(topology.tables);
  const deployed = new Set(
    [
      ...[topology.tables, topology.queues, topology.pipes, topology.functions, topology.nightly].flatMap(Object.keys),
      ...[topology.middleware.keySecret, ...Object.keys(topology.middleware.secrets), 'jobs', 'lake', 'middleware'],
      ...['store', 'data', ...tables.map((name) => `${name}-2`)],
    ].map((name) => physicalName('billfold', name)),
  );
  const named = operatingPages.flatMap(({ name, text }) =>
    [...text.matchAll(/\bbillfold-[A-Za-z][\w-]*/g)].map(([resource]) => ({ name, resource })),
  );
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ resource }) => !deployed.has(resource))).toEqual([]);
});

test('the runbooks refer to pages that there are', () => {
  const links = runbooks.flatMap(({ text }) =>
    [...text.matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, link]) => link ?? ''),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !existsSync(new URL(`../../infra/runbooks/${link}`, import.meta.url)))).toEqual([]);
});
