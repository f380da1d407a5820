import type { Pattern } from '#adapters/topology.ts';
import type { Context, Problem, Refuse } from './problem.ts';
import { readRelayRoutes, readRelaySources } from './relaySettings.ts';
import { type ExistingTables, readTables } from './tableSettings.ts';
import { readText, type TextName, texts } from './textSettings.ts';

/** What a person chooses for one installation: context values of the CDK, checked. */
export type Settings = {
  readonly prefix: string;
  /** Data lies in one region, by name. */
  readonly region: string;
  /** The AppFlow connection to Salesforce. CloudFormation cannot sign in to Salesforce, so it is made once in the console. */
  readonly connectorProfile: string;
  readonly alarmEmail: string;
  /** Name of a preset or path of a mapping file. */
  readonly mapping: string;
  /** First day that scheduled flows read changes of; null: AppFlow's own choice, 30 days before their first run. */
  readonly incrementalFrom: string | null;
  readonly middleware: MiddlewareSetting;
  /** Folder of destinations.json; null: events are taken in, and nobody is called. */
  readonly destinations: string | null;
  /** Partner event sources of Salesforce Event Relay. */
  readonly relaySources: readonly string[];
  /** Name → pattern: what the middleware gets straight from those sources. */
  readonly relayRoutes: Readonly<Record<string, Pattern>>;
  /** Tables that were restored, in place of those of the stack. */
  readonly tables: ExistingTables;
  /** false: for as long as passes are folded again after a restore, and to have pipes made anew on other streams. */
  readonly hasPipes: boolean;
};

export type MiddlewareSetting =
  | { readonly type: 'existing'; readonly url: string }
  | { readonly type: 'host'; readonly host: 'ecs-express' | 'app-runner' }
  | { readonly type: 'host'; readonly host: 'fargate'; readonly certificateArn: string; readonly domainName: string };

/** examples: names of what is required, was not given, and is an example therefore. mapping: '' where it is among the problems. */
export type Read =
  | { readonly settings: Settings; readonly examples: readonly string[] }
  | { readonly problems: readonly Problem[]; readonly mapping: string };

/** All problems at once. `isExample`: what is required and not given takes example values, so that the templates can be looked at. */
export const readSettings = (given: Context): Read => {
  const context = isTrue(given.isExample) ? { ...examples, ...given } : given;
  const problems: Problem[] = unknownNames(context);
  const refuse: Refuse = (where, what) => void problems.push({ where, what });
  const text: ReadText = (name) => readText(context, name, refuse);
  const settings: Settings = {
    prefix: text('prefix') ?? '',
    region: text('region') ?? '',
    connectorProfile: text('connectorProfile') ?? '',
    alarmEmail: text('alarmEmail') ?? '',
    mapping: text('mapping') ?? '',
    incrementalFrom: text('incrementalFrom'),
    middleware: readMiddleware(context, text, refuse),
    destinations: text('destinations'),
    relaySources: readRelaySources(context, refuse),
    relayRoutes: readRelayRoutes(context, refuse),
    tables: readTables(context, refuse),
    hasPipes: !isTrue(context.withoutPipes),
  };
  const stoodIn = Object.keys(examples).filter((name) => given[name] === undefined && context[name] !== undefined);
  return problems.length === 0 ? { settings, examples: stoodIn } : { problems, mapping: settings.mapping };
};

const examples = {
  region: texts.region.example,
  connectorProfile: texts.connectorProfile.example,
  alarmEmail: texts.alarmEmail.example,
};

type ReadText = (name: TextName) => string | null;

const readMiddleware = (context: Context, text: ReadText, refuse: Refuse): MiddlewareSetting => {
  const url = text('middlewareUrl');
  if (url !== null) {
    for (const name of ['middlewareHost', 'destinations', ...ofFargate])
      if (context[name] !== undefined)
        refuse(
          name,
          'it has no meaning beside middlewareUrl, which names a middleware that is there already. Leave one of the two out.',
        );
    return { type: 'existing', url };
  }
  const host = text('middlewareHost');
  if (host !== 'app-runner' && context.appRunnerIsOpen !== undefined)
    refuse('appRunnerIsOpen', 'only app-runner reads it. Leave it out, or give -c middlewareHost=app-runner.');
  if (host === 'fargate') {
    const certificateArn = text('certificateArn') ?? '';
    const [, , , certificateRegion] = certificateArn.split(':');
    if (certificateArn !== '' && context.region !== undefined && certificateRegion !== context.region)
      refuse(
        'certificateArn',
        'the certificate lies in another region than the installation, and a load balancer takes those of its own region alone. Request or import one there.',
      );
    return { type: 'host', host, certificateArn, domainName: text('domainName') ?? '' };
  }
  for (const name of ofFargate)
    if (context[name] !== undefined)
      refuse(name, 'only fargate reads it. Leave it out, or give -c middlewareHost=fargate.');
  if (host === 'app-runner' && !isTrue(context.appRunnerIsOpen))
    refuse(
      'middlewareHost',
      'App Runner has been closed to new customers since 2026-04-30. Choose ecs-express, which AWS recommends in its place, or fargate; if this account used App Runner before that day, say so with -c appRunnerIsOpen=true.',
    );
  return { type: 'host', host: host === 'app-runner' ? 'app-runner' : 'ecs-express' };
};
const ofFargate = ['certificateArn', 'domainName'] as const;

const isTrue = (value: unknown): boolean => value === true || value === 'true';

const known = new Set([
  ...Object.keys(texts),
  'appRunnerIsOpen',
  'isExample',
  'relaySources',
  'relayRoutes',
  'tables',
  'withoutPipes',
]);

/** A slip in the name of an optional value would otherwise go unseen. Names of the CDK's own hold a colon or a slash. */
const unknownNames = (context: Context): Problem[] =>
  Object.keys(context)
    .filter((name) => /^[\w-]+$/.test(name) && !known.has(name))
    .map((name) => {
      const meant = [...known].find((one) => lettersOf(one) === lettersOf(name));
      const hint = meant === undefined ? '' : ` Do you mean ${meant}?`;
      return { where: name, what: `no setting of billfold.${hint} There are: ${[...known].sort().join(', ')}.` };
    });

const lettersOf = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');
