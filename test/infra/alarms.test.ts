import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { topology } from '#adapters/topology.ts';
import { type Alarm, runbookPath, type Watched } from '#infra/watch/alarm.ts';
import { alarmsOf, descriptionOf } from '#infra/watch/alarms.ts';
import { isFormula, type Metric } from '#infra/watch/metric.ts';

const watched: Watched = {
  prefix: 'acme',
  feeds: ['acme-Order', 'aws.partner/appflow/salesforce.com/111122223333/acme'],
  jobsArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:acme-jobs',
  middlewareHost: 'ecs-express',
  balancer: { loadBalancer: 'app/acme/1', targetGroup: 'targetgroup/acme/2' },
};
const alarms = alarmsOf(watched);
const named = (name: string): Alarm => {
  const found = alarms.find((alarm) => alarm.name === name);
  if (found === undefined) throw new Error(`no alarm ${name}`);
  return found;
};
const measures = ({ measure }: Alarm): readonly Metric[] =>
  isFormula(measure) ? Object.values(measure.of) : [measure];
const names = (prefix: string): readonly string[] =>
  alarms.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));

describe('the alarms', () => {
  it.each([
    ['dead-letter queue', 'dead-letters-', ofType('deadLetter')],
    ['work queue', 'queue-age-', ofType('work')],
    ['pipe', 'pipe-failing-', Object.keys(topology.pipes)],
    ['pipe that takes every commit', 'pipe-stalled-', ['poke', 'announce']],
    ['table', 'throttled-table-', Object.keys(topology.tables)],
    ['function', 'errors-', Object.keys(topology.functions)],
    ['schedule', 'schedule-silent-', Object.keys(topology.schedules)],
    ['job of the night', 'night-missed-', Object.keys(topology.nightly)],
  ])('there is one for each %s', (_, prefix, expected) => {
    expect(names(prefix)).toEqual(expected);
  });

  it('there is one for each feed, whatever its name holds', () => {
    expect(names('feed-silent-')).toEqual(['acme-Order', 'aws.partner-appflow-salesforce.com-111122223333-acme']);
    expect(measures(named('feed-silent-acme-Order'))[0]?.dimensions).toEqual({
      service: 'watch',
      prefix: 'acme',
      feed: 'acme-Order',
    });
  });

  it('a bus is silent where its rule hands nothing on, which nobody writes down: so that is missing', () => {
    const bus = named('feed-silent-aws.partner-appflow-salesforce.com-111122223333-acme');
    expect(measures(bus)).toEqual([
      {
        namespace: 'AWS/Events',
        name: 'Invocations',
        dimensions: {
          EventBusName: 'aws.partner/appflow/salesforce.com/111122223333/acme',
          RuleName: 'acme-ingestEverything',
        },
        statistic: 'Sum',
      },
    ]);
    expect(bus).toMatchObject({ isBad: '<', threshold: 1, whenMissing: 'breaching' });
    expect(bus.of * bus.periodMinutes).toBe(12 * 60);
  });

  it('what the watch function could not look at is no comfort: its gauges are bad when they are missing', () => {
    const gauges = alarms.filter((alarm) =>
      measures(alarm).some(({ dimensions, name }) => dimensions.service === 'watch' && name !== 'FeedSilenceMinutes'),
    );
    expect(gauges.length).toBeGreaterThan(4);
    for (const { name, whenMissing, periodMinutes } of gauges) {
      expect(whenMissing, name).toBe('breaching');
      expect(periodMinutes, name).toBeGreaterThanOrEqual(topology.schedules.watch.everyMinutes * 2);
    }
  });

  it('each has a name of its own, a question, and says what silence means and why', () => {
    expect(new Set(alarms.map(({ name }) => name)).size).toBe(alarms.length);
    for (const alarm of alarms) {
      expect(alarm.question, alarm.name).toMatch(/^[A-Z].*\?$/);
      expect(alarm.whyMissing.length, alarm.name).toBeGreaterThan(20);
      expect(descriptionOf(alarm)).toBe(`${alarm.question} ${runbookPath(alarm.runbook)}`);
      expect(descriptionOf(alarm).length).toBeLessThanOrEqual(1_024);
      expect(alarm.bad, alarm.name).toBeLessThanOrEqual(alarm.of);
    }
  });

  it('look no further back than CloudWatch does: a day, a week where a period is an hour', () => {
    for (const { name, of, periodMinutes } of alarms)
      expect(of * periodMinutes, name).toBeLessThanOrEqual(periodMinutes >= 60 ? 7 * 1_440 : 1_440);
  });

  it('speak of everything by its physical name', () => {
    const values = alarms
      .flatMap(measures)
      .filter(({ namespace }) => namespace !== 'AWS/ApplicationELB')
      .map(({ dimensions }) => Object.values(dimensions).join(' '));
    expect(values.filter((value) => !value.includes('acme'))).toEqual([]);
  });

  it('a formula is about the metrics that it names, and names them as CloudWatch allows', () => {
    for (const { name, measure } of alarms) {
      if (!isFormula(measure) || measure.expression.startsWith('SELECT')) continue;
      const used = new Set([...measure.expression.matchAll(/\b[a-z]\w*\b/g)].map(([word]) => word));
      expect(used, name).toEqual(new Set(Object.keys(measure.of)));
    }
  });

  it('silence of what must always speak is the fault itself', () => {
    for (const schedule of Object.keys(topology.schedules))
      expect(named(`schedule-silent-${schedule}`).whenMissing).toBe('breaching');
    // A flow that was never heard of, a middleware without a certificate: nothing to tell.
    expect(named('feed-silent-acme-Order').whenMissing).toBe('ignore');
    expect(named('certificate-7-days').whenMissing).toBe('ignore');
    expect(named('dead-letters-ingestDead').whenMissing).toBe('notBreaching');
  });

  it('a night that was missed is told by the morning after, and one that takes hours longer than the one before is none', () => {
    for (const [job, { atUtc }] of Object.entries(topology.nightly)) {
      const { isBad, threshold, whenMissing, periodMinutes, bad, of, measure } = named(`night-missed-${job}`);
      expect({ isBad, threshold, whenMissing, measure }).toEqual({
        ...{ isBad: '<', threshold: 1, whenMissing: 'breaching' },
        measure: {
          expression: 'FILL(ended,0)',
          of: {
            ended: {
              ...{ namespace: 'billfold', name: 'NightEnded', statistic: 'Sum' },
              dimensions: { service: 'walk', prefix: 'acme', job },
            },
          },
        },
      });
      expect(bad).toBe(of);
      const hours = (of * periodMinutes) / 60;
      expect(hours).toBeGreaterThan(24 + 5);
      expect((Number(atUtc.slice(0, 2)) + hours) % 24).toBeLessThan(11);
    }
  });

  it('one failure is enough where nobody tries again', () => {
    expect(named('errors-rotateKey')).toMatchObject({ bad: 1, of: 1 });
    expect(named('errors-activate')).toMatchObject({ bad: 1, of: 1 });
    expect(named('errors-ingest')).toMatchObject({ bad: 3, of: 3 });
    expect(named('errors-walletEvent')).toMatchObject({ bad: 3, of: 3 });
  });

  it('a lane of bulk work may wait for hours, a live one may not', () => {
    expect(named('queue-age-relayBulk').threshold).toBeGreaterThan(named('queue-age-relayLive').threshold * 10);
    expect(named('queue-age-parts').threshold).toBeGreaterThan(named('queue-age-ingest').threshold * 10);
  });

  it('without a middleware nothing is asked of one', () => {
    const without = alarmsOf({ ...watched, middlewareHost: null }).map(({ name }) => name);
    expect(without.filter((name) => /middleware|breaker|certificate|deliveries|queue-age-relay/.test(name))).toEqual(
      [],
    );
    expect(without).toContain('lag-projector');
  });

  it('App Runner is asked by the name of the service, since its id is not known before', () => {
    const [alarm] = alarmsOf({ ...watched, middlewareHost: 'app-runner' }).filter(({ name }) =>
      name.startsWith('middleware-answers'),
    );
    expect(alarm?.measure).toMatchObject({ expression: expect.stringContaining("ServiceName = 'acme-middleware'") });
  });
});

describe('the pages', () => {
  const folder = new URL('../../infra/runbooks/', import.meta.url);
  const pages = readdirSync(folder);
  const runbooks = [...new Set(alarms.map(({ runbook }) => runbook))];

  it('each alarm has its page, and each page an alarm', () => {
    expect(new Set(pages)).toEqual(new Set(runbooks.map((runbook) => `${runbook}.md`)));
  });

  it.each(pages)('%s says what a person needs at night, in one order', (page) => {
    const headings = [...readFileSync(new URL(page, folder), 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);
    expect(headings.slice(1)).toEqual(['What it means for members', 'How to see', 'What to do', 'When it is normal']);
    expect(headings[0]).toMatch(/\?$/);
  });

  it.each(pages)('%s names its alarms', (page) => {
    const text = readFileSync(new URL(page, folder), 'utf8');
    const ours = alarms.filter(({ runbook }) => `${runbook}.md` === page);
    const unnamed = ours.filter(
      ({ name }) => ![...text.matchAll(/`([\w.<>-]+)`/g)].some(([, said]) => speaksOf(said, name)),
    );
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });
});

/** `dead-letters-<queue>` speaks of each of them. */
function speaksOf(said: string | undefined, name: string): boolean {
  if (said === undefined) return false;
  return new RegExp(`^${said.replace(/[.]/g, '\\.').replace(/<[^>]*>/g, '.+')}$`).test(name);
}

function ofType(type: 'work' | 'deadLetter'): readonly string[] {
  return Object.entries(topology.queues).flatMap(([name, queue]) => (queue.type === type ? [name] : []));
}
