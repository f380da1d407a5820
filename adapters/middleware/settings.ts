import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { topology, variables } from '../topology.ts';

/** What the service is told by its environment. Region, credentials and endpoints of AWS are read by the SDK. */
export type Settings = {
  readonly prefix: string;
  readonly host: string;
  readonly port: number;
  readonly level: Level;
  /** Requests a second for each key, twice as many at once. */
  readonly requestsPerSecond: number;
  /** Where there is no Secrets Manager; null: there is. */
  readonly secretsFile: string | null;
  /** destinations.json, or the folder that holds it; null: events are taken in and delivered nowhere. */
  readonly destinations: string | null;
};

const LEVELS = { debug: null, info: null, warn: null, error: null, silent: null } as const;
type Level = keyof typeof LEVELS;

/** Left: a line for each variable that cannot be used, with what was expected; never the value. */
export const readSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<readonly string[], Settings> => {
  const decoded = Environment.decode(Object.fromEntries(NAMES.map((name) => [name, environment[name]])));
  if (E.isLeft(decoded)) {
    const lines = decoded.left.map(({ context, value }) => {
      const problem = value === undefined || value === '' ? 'is missing: expected' : 'expected';
      return `${context[1]?.key} ${problem} ${context[1]?.type.name}`;
    });
    return E.left([...new Set(lines)]);
  }
  const { PORT, HOST, LOG_LEVEL, BILLFOLD_REQUESTS_PER_SECOND, BILLFOLD_SECRETS_FILE } = decoded.right;
  return E.right({
    prefix: decoded.right[variables.prefix],
    host: HOST ?? '0.0.0.0',
    port: Number(PORT ?? topology.middleware.port),
    level: (LOG_LEVEL ?? 'info') as Level,
    requestsPerSecond: Number(BILLFOLD_REQUESTS_PER_SECOND ?? 300),
    secretsFile: BILLFOLD_SECRETS_FILE ?? null,
    destinations: decoded.right[topology.middleware.destinationsVariable] ?? null,
  });
};

const textThat = (expected: string, isSuch: (text: string) => boolean) => {
  const is = (value: unknown): value is string => typeof value === 'string' && isSuch(value);
  return new t.Type<string, string, unknown>(
    expected,
    is,
    (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
    t.identity,
  );
};
const optional = (codec: t.Type<string, string, unknown>) => t.union([codec, t.undefined], codec.name);
const wholeUpTo = (most: number) => (text: string) => /^[1-9]\d{0,6}$/.test(text) && Number(text) <= most;

const Environment = t.strict({
  [variables.prefix]: textThat(
    'the prefix of what is deployed: lower-case letters, digits and hyphens, such as billfold',
    (text) => /^[a-z][a-z0-9-]{0,39}$/.test(text),
  ),
  PORT: optional(textThat('a port from 1 to 65535', wholeUpTo(65_535))),
  HOST: optional(textThat('an address to listen on, such as 0.0.0.0', (text) => /^[\da-fA-F.:]{2,45}$/.test(text))),
  LOG_LEVEL: optional(textThat(`one of ${Object.keys(LEVELS).join(', ')}`, (text) => Object.hasOwn(LEVELS, text))),
  BILLFOLD_REQUESTS_PER_SECOND: optional(textThat('a whole number from 1 to 100000', wholeUpTo(100_000))),
  [topology.middleware.destinationsVariable]: optional(
    textThat('the path of destinations.json, or of its folder', (text) => text.trim() !== ''),
  ),
  BILLFOLD_SECRETS_FILE: optional(textThat('the path of a file of secrets, .json', (text) => /\.json$/.test(text))),
});
const NAMES = Object.keys(Environment.type.props) as readonly (keyof typeof Environment.type.props)[];
