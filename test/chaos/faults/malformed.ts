import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Random } from '#adapters/sample/random.ts';
import type { System } from '../system.ts';
import type { Fault } from './fault.ts';

/** What is no request is refused, what is no observation is put aside; neither stops anything else. */
export const malformedInput: Fault = {
  name: 'malformed requests, entries and files',
  strike: async ({ system, random }) => {
    await Promise.all([badRequests(system), badEntries(system, random), badFiles(system, random)]);
  },
};

const badRequests = async (system: System): Promise<void> => {
  const { url } = system;
  const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' };
  const requests: readonly (readonly [string, RequestInit])[] = [
    ['/eventbridge', { method: 'POST', headers, body: '{"Entries":[' }],
    ['/eventbridge', { method: 'POST', headers, body: '{"Entries":[]}' }],
    ['/eventbridge', { method: 'POST', headers, body: 'x'.repeat(5_000_000) }],
    ['/eventbridge', { method: 'POST', headers: { ...headers, 'x-amz-target': 'AWSEvents.Explode' }, body: '{}' }],
    ['/api/jobs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"type":"\u0000"}' }],
    ['/api/members/%E0%A4%A', {}],
    ['/api/wallet-events?after=-1', {}],
    ['/api/passes/../../etc/passwd', {}],
  ];
  for (const [path, init] of requests) {
    const status = await fetch(`${url}${path}`, init).then(
      (answer) => answer.status,
      // Who is refused before he has said everything may find nobody listening any more.
      (error: unknown) => (String(init.body ?? '').length > 4_194_304 ? 413 : Promise.reject(error)),
    );
    if (status < 400 || status >= 500) throw new Error(`${path} answered ${status} to what is no request`);
  }
};

const badEntries = async (system: System, random: Random): Promise<void> => {
  const { eventBridge } = system.service();
  const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const details = [
    ...['null', '[]', '{}', '"text"', '{"ChangeEventHeader":{}}', '{"ChangeEventHeader":{"recordIds":"all"}}'],
    '{"ChangeEventHeader":{"entityName":"Order","changeType":"CREATE","recordIds":["x"],"commitNumber":"many"}}',
    `{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  ];
  const Entries = details.map((Detail) => ({
    ...{ Source: 'aws.partner/salesforce.com/1/2', Detail },
    DetailType: random.pick(['OrderChangeEvent', 'Nonsense', 'billfold.observation']),
  }));
  await eventBridge.send(new PutEventsCommand({ Entries }));
};

const badFiles = async (system: System, random: Random): Promise<void> => {
  const contents: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.from(Array.from({ length: 4_000 }, () => random.int(0, 255)))],
    ['half', gzipSync('{"Id":"0038d00000Ada00AAA"}\n'.repeat(500)).subarray(0, 40)],
    ['lines', Buffer.from('{"Id":1}\n{\n\n"x"\n{"Id":"8018d00000Ada00AAA","TotalAmount":{}}\n')],
    ['long', Buffer.from(`{"Id":"${'9'.repeat(300_000)}"}\n`)],
  ];
  const run = `malformed-${random.int(1, 1e9)}`;
  for (const [name, content] of contents) {
    const folder = join(system.place.folder, 'inbox', random.pick(['Order', 'Contact', 'NoSuchThing__c']), run);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), content);
  }
};
