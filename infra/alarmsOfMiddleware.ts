import { physicalName } from '../adapters/topology.ts';
import { type Alarm, asItWas, noneIsNone, type Watched } from './alarm.ts';
import type { Metric, Metrics } from './metric.ts';

/** Days before the end of a certificate. The first is time to order one, the second time to drop everything else. */
const CERTIFICATE_DAYS = [30, 7] as const;

/** What the middleware, and the relay that sends to it, say themselves: the same on every host. */
export const middlewareAlarms = (metrics: Metrics): readonly Alarm[] => [
  {
    name: 'middleware-failing',
    question: 'Does the middleware not take what is sent to it?',
    runbook: 'middleware-failing',
    measure: metrics.own('relay', 'RelayRetried', 'Sum'),
    isBad: '>=',
    threshold: 10,
    periodMinutes: 5,
    bad: 3,
    of: 3,
    ...noneIsNone,
  },
  {
    name: 'breaker-open',
    question: 'Has the middleware stopped calling Apple, Google or a webhook, because calls fail?',
    runbook: 'breaker-open',
    measure: metrics.own('middleware', 'BreakersOpen', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    periodMinutes: 5,
    bad: 2,
    of: 3,
    ...asItWas,
  },
  ...CERTIFICATE_DAYS.map(
    (days): Alarm => ({
      name: `certificate-${days}-days`,
      question: `Does a certificate that signs or pushes passes end within ${days} days?`,
      runbook: 'certificate-expiry',
      measure: metrics.own('middleware', 'CertificateDaysLeft', 'Minimum'),
      isBad: '<=',
      threshold: days,
      periodMinutes: 60,
      bad: 1,
      of: 1,
      ...asItWas,
    }),
  ),
  {
    name: 'deliveries-old',
    question: 'Has a pass waited for more than an hour to be delivered?',
    runbook: 'deliveries-old',
    measure: metrics.own('middleware', 'OldestDeliverySeconds', 'Maximum'),
    isBad: '>=',
    threshold: 3_600,
    periodMinutes: 5,
    bad: 3,
    of: 3,
    ...asItWas,
  },
];

/** What stands before the middleware says. */
export const hostAlarms = (watched: Watched): readonly Alarm[] => {
  const { failed, unhealthy } = hostMeasures(watched);
  return [
    ...(failed === null ? [] : [hostAlarm('answers-5xx', 'Does the middleware answer with 5xx?', failed, 5)]),
    ...(unhealthy === null ? [] : [hostAlarm('unhealthy', 'Is a task of the middleware unhealthy?', unhealthy, 1)]),
  ];
};

const hostAlarm = (name: string, question: string, measure: Alarm['measure'], threshold: number): Alarm => ({
  name: `middleware-${name}`,
  question,
  runbook: 'middleware-failing',
  measure,
  isBad: '>=',
  threshold,
  periodMinutes: 5,
  bad: 3,
  of: 3,
  ...noneIsNone,
});

type HostMeasures = { readonly failed: Alarm['measure'] | null; readonly unhealthy: Alarm['measure'] | null };

/** App Runner knows a service by its name and an id that is made up later, so that its metric is asked for by a query. */
export const hostMeasures = ({ prefix, middlewareHost, balancer }: Watched): HostMeasures => {
  if (middlewareHost === 'app-runner') {
    const service = physicalName(prefix, 'middleware');
    const expression = `SELECT SUM("5xxStatusResponses") FROM "AWS/AppRunner" WHERE ServiceName = '${service}'`;
    return { failed: { expression, of: {} }, unhealthy: null };
  }
  if (middlewareHost === null || balancer === undefined) return { failed: null, unhealthy: null };
  const ofBalancer = (name: string, statistic: Metric['statistic']): Metric => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: balancer.loadBalancer, TargetGroup: balancer.targetGroup },
    statistic,
  });
  return {
    failed: ofBalancer('HTTPCode_Target_5XX_Count', 'Sum'),
    unhealthy: ofBalancer('UnHealthyHostCount', 'Maximum'),
  };
};
