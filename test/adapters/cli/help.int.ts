import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '#adapters/eventbridge/pattern.ts';
import { billfold, run } from '#test/flow/process.ts';
import { commandWords } from '#test/support/commandWords.ts';
import { freePort } from '#test/support/ports.ts';

const COMMANDS = [
  'start',
  'ingest',
  'baseline',
  'member',
  'why',
  'events',
  'wallet-events',
  'deliveries',
  'quarantine',
  'park',
  'pass',
  'status',
  'backup',
  'restore',
  'sample',
  'pipes',
  'replay',
  'verify',
  'diff',
  'promote',
  'what-if',
  'reconcile',
  'dead-letters',
  'forget',
  'subscribe',
  'pattern',
  'mapping',
  'schemas',
  'new',
];

describe('help', () => {
  it('npx billfold --help, from the repository', async () => {
    const { code, stdout } = await run('npx', ['billfold', '--help']).ended;
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.concurrent.each([
    ...COMMANDS,
    'quarantine list',
    'pipes list',
    'pipes pause',
    'pipes resume',
    'pattern test',
    'deliveries list',
    'deliveries redrive',
    'dead-letters list',
    'dead-letters redrive',
    'park list',
    'park retry',
    'pass check',
    'pass template',
    'new projection',
  ])('billfold %s --help says what it does', async (command) => {
    const { code, stdout, stderr } = await billfold([...command.split(' '), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: billfold ${command}`));
    // What has commands of its own says so in theirs.
    expect(stdout).toMatch(/--json|^Commands:/m);
  });
});

describe('the README', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const lines = readme.split('\n').filter((line) => line.startsWith('npx billfold '));

  it.concurrent.each(lines)('names options that there are: %s', async (line) => {
    const { named, others } = commandWords(line.split(/ (?=(?:[^']*'[^']*')*[^']*$)/).slice(2));
    const { code, stdout } = await billfold([...named, '--help']);
    expect(code).toBe(0);
    for (const option of others.filter((word) => word.startsWith('--'))) expect(stdout).toContain(`${option} `);
  });

  it('subscribes with patterns that are good', () => {
    const patterns = lines.flatMap((line) => /--pattern '([^']+)'/.exec(line)?.[1] ?? []);
    expect(patterns.length).toBeGreaterThan(1);
    for (const pattern of patterns) expect(compilePattern(pattern, 'bus')).toMatchObject({ _tag: 'Right' });
  });
});

describe('what is not understood goes to stderr, and the exit code says so', () => {
  it.each<{ args: readonly string[]; says: RegExp }>([
    { args: [], says: /Usage: billfold/ },
    { args: ['frobnicate'], says: /unknown command 'frobnicate'/ },
    { args: ['member'], says: /missing required argument 'id'/ },
    { args: ['why', 'x'], says: /missing required argument 'what'/ },
    { args: ['what-if'], says: /required option '--projection <file>' not specified/ },
    { args: ['verify', '--sample', '0'], says: /expected a share such as 1%/ },
    { args: ['promote', '--rate', '0'], says: /expected a number above 0/ },
    { args: ['reconcile', '--republish-since', 'noon'], says: /expected an instant/ },
    { args: ['baseline'], says: /missing required argument 'object'/ },
    { args: ['ingest'], says: /missing required argument 'files'/ },
    { args: ['sample'], says: /missing required argument 'folder'/ },
    { args: ['new', 'projection'], says: /missing required argument 'name'/ },
    { args: ['status', '--frob'], says: /unknown option '--frob'/ },
    { args: ['wallet-events', '--after', 'x'], says: /expected a whole number/ },
    { args: ['start', '--port', '99999'], says: /expected a port from 1 to 65535/ },
    { args: ['start', '--port', 'http'], says: /expected a port from 1 to 65535/ },
    { args: ['start', '--members', '0'], says: /expected a whole number/ },
    { args: ['sample', 'x', '--until', 'today'], says: /expected a date such as 2026-03-01/ },
    { args: ['pipes', 'pause', 'pok'], says: /No pipe is called pok: there are poke, announce, publish/ },
    { args: ['pipes', 'list', '--prefix', 'acme'], says: /say --aws/ },
    { args: ['ingest', '/nowhere/at/all'], says: /no such file/ },
    { args: ['ingest', '/tmp'], says: /not a file/ },
  ])('billfold $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await billfold(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ['member', 'x'],
    ['why', 'x', 'tier'],
    ['replay'],
    ['diff'],
    ['events', 'x'],
    ['wallet-events'],
    ['quarantine'],
    ['park'],
    ['park', 'retry'],
    ['status'],
    ['pipes'],
    ['pipes', 'resume', 'poke'],
    ['ingest', '--object', 'Contact', 'package.json'],
  ])('billfold %s without a running billfold', async (...args) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await billfold(args, url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `No billfold answers at ${url} (ECONNREFUSED). Start one with "npm start", or set BILLFOLD_URL.\n`,
    );
  });

  it('an address that is none, and something else that answers there', async () => {
    expect(await billfold(['status'], 'nonsense')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No billfold answers at nonsense'),
    });
    const other = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    expect(await billfold(['status'], url)).toMatchObject({ code: 1, stderr: expect.stringContaining('no billfold') });
    other.close();
  });
});
