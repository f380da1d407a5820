import { Command } from 'commander';
import { fieldsRead, type Mapping } from '#domain/index.ts';
import { deployedMapping, type FlowPlan, flowPlan } from '../../source/flowPlan.ts';
import { topology } from '../../topology.ts';
import { mappingOf, mappingOption } from '../mappingOption.ts';
import { print, printJson, table } from '../print.ts';

type Options = {
  readonly mapping: string;
  readonly deployed?: boolean;
  readonly prefix: string;
  readonly json?: boolean;
};

export const mappingCommand = (): Command =>
  new Command('mapping')
    .description('check a mapping, and show what is read by which flows; needs no running billfold')
    .addOption(mappingOption())
    .option('--deployed', 'with --json: the mapping as it is deployed, and its flows')
    .option('--prefix <name>', 'of the installation on AWS', topology.prefix)
    .option('--json', 'print the mapping as JSON')
    .action(async ({ mapping: name, deployed, prefix, json }: Options) => {
      const mapping = await mappingOf(name);
      const flows = flowPlan(mapping, prefix);
      if (!json) return print(describe(mapping, flows, prefix));
      printJson(deployed ? { mapping: deployedMapping(mapping, prefix), flows } : mapping);
    });

const describe = ({ objects, programme, feeds = {} }: Mapping, flows: readonly FlowPlan[], prefix: string): string =>
  [
    `${programme.currency}, days of ${programme.timeZone}. On AWS each object has up to three flows, named ${prefix}-<object>-full, -changes and -events:`,
    '',
    table([
      ['OBJECT', 'ROLE', 'FIELDS', 'FULL', 'CHANGES', 'EVENTS'],
      ...Object.entries(objects).map(([object, meaning]) => [
        object,
        meaning.role,
        String(fieldsRead(meaning).length),
        ...triggers.map((trigger) => told(flows.find((flow) => flow.object === object && flow.trigger === trigger))),
      ]),
    ]),
    ...withoutFlow(
      Object.keys(objects).filter((object) => feeds[object] !== 'elsewhere'),
      flows,
    ),
  ].join('\n');

const withoutFlow = (objects: readonly string[], flows: readonly FlowPlan[]): readonly string[] => {
  const none = objects.filter((object) => !flows.some((flow) => flow.object === object));
  if (none.length === 0) return [];
  return [
    '',
    `No flow brings ${none.join(', ')}: it cannot be deployed so. Switch one on under "feeds" (full, everyMinutes or events), or say "elsewhere" there.`,
  ];
};

const triggers = ['onDemand', 'schedule', 'event'] as const satisfies readonly FlowPlan['trigger'][];

const told = (flow: FlowPlan | undefined): string => {
  switch (flow?.trigger) {
    case 'onDemand':
      return 'on demand';
    case 'schedule':
      return `every ${flow.everyMinutes} min`;
    case 'event':
      return flow.event;
    default:
      return '-';
  }
};
