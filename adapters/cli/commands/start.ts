import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { type AnyProjection, type Mapping, meaningOf, refOf, refsOf, registry, retail } from '#domain/index.ts';
import type { CarriedEvent } from '../../http/answers/busEvents.ts';
import { DEFAULT_QUEUE_LIMIT } from '../../local/limits.ts';
import type { Runtime, RuntimeOptions } from '../../local/runtime.ts';
import { loadProjection } from '../../projection/loadProjection.ts';
import { DEFAULT_MEMBERS } from '../../sample/org.ts';
import { CommandFailed } from '../client.ts';
import { mappingOf, mappingOption } from '../mappingOption.ts';
import { note, paint, print } from '../print.ts';
import { reportSample, sampleBar } from '../sampleReport.ts';
import { walletLine } from '../walletLine.ts';

type Options = {
  readonly empty?: boolean;
  readonly mapping: string;
  readonly data: string;
  readonly host: string;
  readonly name?: readonly string[];
  readonly port: number;
  readonly dynamodbPort: number;
  readonly middlewarePort: number;
  readonly destinations: string;
  readonly members: number;
  readonly queueLimit: number;
  readonly candidate?: readonly string[];
  readonly json?: boolean;
};

export const startCommand = (): Command =>
  new Command('start')
    .description('run the whole flow on this machine')
    .option('--empty', 'without the sample org')
    .addOption(mappingOption())
    .option('--data <folder>', 'where everything is kept', '.billfold')
    .option(
      '--host <address>',
      'where HTTP listens: an address or name of this machine, 0.0.0.0 or :: for all of them; others than 127.0.0.1 ask for a token',
      hostName,
      '127.0.0.1',
    )
    .option('--name <host...>', 'a further name that HTTP is reached by, through a proxy for instance')
    .option('--port <n>', 'HTTP: API, EventBridge endpoint', portNumber, 8400)
    .option('--dynamodb-port <n>', 'the DynamoDB API', portNumber, 8401)
    .option('--middleware-port <n>', 'the middleware: what wallet events are sent to', portNumber, 8402)
    .option(
      '--destinations <file>',
      'where passes go: a destinations.json or its folder; stand-ins: Apple, Google and phones on this machine; none: nowhere',
      'stand-ins',
    )
    .option(
      '--candidate <file...>',
      'a further version of a projection, folded beside the live one until it is promoted',
    )
    .option('--members <n>', 'of the sample org', wholeNumber, DEFAULT_MEMBERS)
    .option(
      '--queue-limit <n>',
      'changes that may wait, to be understood or published, before PutEvents is answered with 429',
      wholeNumber,
      DEFAULT_QUEUE_LIMIT,
    )
    .option('--json', 'print wallet events as lines of JSON')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const startedAt = performance.now();
      const mapping = await mappingOf(options.mapping);
      const hasSample = !options.empty && readsSample(mapping);
      const candidates = await candidatesIn(options.candidate ?? []);
      const bar = !hasSample || options.json ? null : sampleBar();
      const show = (event: CarriedEvent): void => {
        const line = options.json ? JSON.stringify(event) : walletLine(event);
        if (bar?.isActive() && process.stdout.isTTY) bar.print(line);
        else print(line);
      };
      // Only now: the other commands answer sooner without it.
      const { startRuntime } = await import('../../local/runtime.ts');
      const started = await startRuntime({
        dataDir: options.data,
        host: options.host,
        names: options.name ?? [],
        port: options.port,
        dynamodbPort: options.dynamodbPort,
        middlewarePort: options.middlewarePort,
        destinations: destinationsOf(options.destinations),
        sample: !hasSample ? null : { seed: 1, members: options.members, until: new Date().setUTCMinutes(0, 0, 0) },
        mapping,
        registry: { ...registry, candidates: [...registry.candidates, ...candidates] },
        clock: Date.now,
        environment: process.env,
        log: ({ type, ...rest }) => note(paint('red', `${type} ${JSON.stringify(rest)}`, process.stderr)),
        onWalletEvent: show,
        queueLimit: options.queueLimit,
      });
      if (E.isLeft(started)) throw new CommandFailed(started.left.message);
      const runtime = started.right;
      greet(runtime, options);
      if (!options.empty && !hasSample)
        note(
          `The sample org has ${SAMPLE_OBJECTS.join(', ')}, which ${options.mapping} does not read: it is left out.\n`,
        );
      stopOnSignal(runtime, () => bar?.stop());
      void exitWithoutServer(runtime, () => bar?.stop());
      if (hasSample) await reportSample(runtime, bar, startedAt);
    });

const HELP = `
Whoever reaches it from elsewhere shows a token: the one in BILLFOLD_TOKEN (16 characters at least), else one that is made, kept in access.json of the data
folder, and printed as the address to open. With BILLFOLD_TOKEN set, it is asked for on 127.0.0.1 as well. /health needs none. The DynamoDB API and the
middleware listen on 127.0.0.1, whatever --host says. HTTP is in clear: across networks that are not yours, put a proxy with TLS before it, and its name into --name.`;

const destinationsOf = (said: string): RuntimeOptions['destinations'] => {
  if (said === 'none') return 'nowhere';
  return said === 'stand-ins' ? said : { file: said };
};

/** Each must be a version of a projection that there is, and not the one that is registered. */
const candidatesIn = async (files: readonly string[]): Promise<readonly AnyProjection[]> => {
  const candidates: AnyProjection[] = [];
  for (const file of files) {
    const loaded = await loadProjection(file);
    if (E.isLeft(loaded)) throw new CommandFailed(loaded.left);
    const ref = refOf(loaded.right);
    const taken = [...refsOf(registry), ...candidates.map(refOf)];
    if (taken.includes(ref)) throw new CommandFailed(`${file}: ${ref} is registered already; raise its version.`);
    if (!(loaded.right.name in registry.main))
      throw new CommandFailed(
        `${file}: ${loaded.right.name} is no version of a projection that there is (${Object.keys(registry.main).join(', ')}).`,
      );
    candidates.push(loaded.right);
  }
  return candidates;
};

const SAMPLE_OBJECTS = Object.keys(retail.objects);

/** A mapping that does not know the sample's objects would put all of it in quarantine. */
const readsSample = (mapping: Mapping): boolean =>
  SAMPLE_OBJECTS.every((object) => meaningOf(mapping, object) !== undefined);

const greet = ({ url, token, dynamodbEndpoint, middlewareUrl }: Runtime, options: Options): void => {
  const { data, mapping } = options;
  note(`${paint('bold', 'billfold', process.stderr)} is running on ${url}`);
  if (token === null) note('  console      the same address, in a browser');
  if (token?.type === 'made') note(`  open         ${url}/?token=${token.value}     kept in ${token.file}`);
  if (token?.type === 'given') note('  token        the one in BILLFOLD_TOKEN');
  note(`  EventBridge  ${url}/eventbridge     DynamoDB  ${dynamodbEndpoint}`);
  note(`  middleware   ${middlewareUrl}     its log  ${data}/middleware.log`);
  note(
    `  passes go to ${options.destinations === 'stand-ins' ? `stand-ins for Apple, Google and phones: ${url}/api/stand-ins` : options.destinations === 'none' ? 'nowhere' : options.destinations}`,
  );
  note(`  inbox        ${data}/inbox/<Object>/<execution id>/<file>`);
  note(`  mapping      ${mapping}`);
  note('  Ctrl-C stops it; the next start goes on from here.\n');
};

/** The server lost: what was acknowledged is in its file, so another start is all that is needed. */
const exitWithoutServer = async (runtime: Runtime, beforeExit: () => void): Promise<never> => {
  await runtime.serverLost;
  beforeExit();
  note('The DynamoDB server has gone. Start again: nothing that was acknowledged is lost.');
  return process.exit(1);
};

const stopOnSignal = (runtime: Runtime, beforeStop: () => void): void => {
  let stoppingSince: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stoppingSince !== null) {
        // One Ctrl-C comes twice: from the terminal, and from the npm above us that passes it on.
        if (performance.now() - stoppingSince > SAME_CTRL_C_MS) process.exit(130);
        return;
      }
      stoppingSince = performance.now();
      beforeStop();
      note('\nStopping. (Ctrl-C again to stop at once; nothing is lost either way.)');
      runtime.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          note(error instanceof Error ? error.message : 'could not stop cleanly');
          process.exit(1);
        },
      );
    });
};

const SAME_CTRL_C_MS = 500;

const wholeNumber = (text: string): number => {
  if (!/^\d{1,7}$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

/** An address, in brackets or not, or a name. */
const hostName = (text: string): string => {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) === 0 && !/^[a-z0-9]([\w.-]{0,251}[a-z0-9])?$/i.test(host))
    throw new InvalidArgumentError(
      'expected an address such as 0.0.0.0, :: or 192.168.1.10, or a name of this machine',
    );
  return host;
};

const portNumber = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('expected a port from 1 to 65535');
  return port;
};
