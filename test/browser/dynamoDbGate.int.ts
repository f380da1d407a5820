import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as E from 'fp-ts/lib/Either.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables } from '#adapters/dynamodb/createTables.ts';
import { type LocalDynamoDb, startDynamoDb } from '#adapters/local/dynamoDb.ts';
import { topology } from '#adapters/topology.ts';
import { freshFolder, removeFolder } from '#test/flow/support.ts';
import { testSettings } from '#test/support/dynamodb.ts';
import { freePort } from '#test/support/ports.ts';
import { chromiumPath, openBrowser } from './browser.ts';

describe.skipIf(chromiumPath === null)('a page of another site, on the machine where billfold runs', () => {
  let dataDir: string;
  let server: LocalDynamoDb;
  let dynamodb: DynamoDBClient;
  let browser: Browser;
  let page: Page;
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>elsewhere'));
  beforeAll(async () => {
    dataDir = await freshFolder();
    const started = await startDynamoDb({ port: await freePort(), dataDir, environment: {} });
    if (E.isLeft(started)) throw new Error(started.left.message);
    server = started.right;
    dynamodb = new DynamoDBClient(testSettings({ endpoint: server.address }));
    await createTables({ dynamodb })('t', { local: topology.tables.ops });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    site.close();
    site.closeAllConnections();
    dynamodb?.destroy();
    await server?.stop();
    await removeFolder(dataDir);
  });

  /** What the page reads: the text of the answer, or that it gets none. */
  const asks = (url: string, operation: string, mode: 'cors' | 'no-cors'): Promise<string> =>
    page.evaluate(
      async ([to, target, how]) => {
        const authorization =
          'AWS4-HMAC-SHA256 Credential=a/20261122/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
        const headers = {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': target,
          authorization,
          'x-amz-date': '20261122T000000Z',
        };
        const body = JSON.stringify(target.endsWith('ListTables') ? {} : { TableName: 't-local' });
        const sent = { method: 'POST', mode: how, body, ...(how === 'cors' && { headers }) };
        return fetch(to, sent).then(
          (answer) => answer.text(),
          () => 'nothing',
        );
      },
      [url, `DynamoDB_20120810.${operation}`, mode] as const,
    );

  it('reads nothing of the DynamoDB API and changes nothing, though the server behind it would answer', async () => {
    expect(await asks(server.endpoint, 'ListTables', 'cors')).toContain('t-local');
    expect(await asks(server.address, 'ListTables', 'cors')).toBe('nothing');
    expect(await asks(server.address, 'ListTables', 'no-cors')).toBe('');
    expect(await asks(server.address, 'DeleteTable', 'cors')).toBe('nothing');
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 't-local' }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  });
});
