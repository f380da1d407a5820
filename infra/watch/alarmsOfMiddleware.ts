import { physicalName } from '#adapters/topology.ts';
import { type Alarm, asItWas, noneIsNone, silenceIsBad, type Watched } from './alarm.ts';
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
  {
    name: 'deliveries-dead',
    question: 'Was a delivery given up, by Apple, Google or a webhook refusing it or failing for too long?',
    runbook: 'deliveries-dead',
    measure: metrics.own('middleware', 'DeliveriesDead', 'Maximum'),
    isBad: '>=',
    threshold: 1,
    periodMinutes: 5,
    bad: 1,
    of: 1,
    ...asItWas,
  },
];

/** What its host says of it. */
export const hostAlarms = (watched: Watched): readonly Alarm[] => {
  const { failed, running } = hostMeasures(watched);
  const common = { runbook: 'middleware-failing', periodMinutes: 5, bad: 3, of: 3 } as const;
  return [
    ...(failed === null
      ? []
      : [
          {
            name: 'middleware-answers-5xx',
            question: 'Does the middleware answer with 5xx?',
            measure: failed,
            isBad: '>=',
            threshold: 5,
            ...common,
            ...noneIsNone,
          } as const,
        ]),
    ...(running === null
      ? []
      : [
          {
            name: 'middleware-unhealthy',
            question: 'Does no task of the middleware run?',
            measure: running,
            isBad: '<',
            threshold: 1,
            ...common,
            ...silenceIsBad,
          } as const,
        ]),
  ];
};

type HostMeasures = { readonly failed: Alarm['measure'] | null; readonly running: Metric | null };

/** By names alone. App Runner adds an id to the name that is made up later, so it is asked by a query; a load balancer's whole name is known by who made it. */
export const hostMeasures = ({ prefix, middlewareHost, balancer }: Watched): HostMeasures => {
  const name = physicalName(prefix, 'middleware');
  if (middlewareHost === null) return { failed: null, running: null };
  if (middlewareHost === 'app-runner') {
    const expression = `SELECT SUM("5xxStatusResponses") FROM "AWS/AppRunner" WHERE ServiceName = '${name}'`;
    return { failed: { expression, of: {} }, running: null };
  }
  return {
    failed:
      balancer === undefined
        ? null
        : {
            namespace: 'AWS/ApplicationELB',
            name: 'HTTPCode_Target_5XX_Count',
            dimensions: { LoadBalancer: balancer.loadBalancer, TargetGroup: balancer.targetGroup },
            statistic: 'Sum',
          },
    running: {
      namespace: 'ECS/ContainerInsights',
      name: 'RunningTaskCount',
      dimensions: { ClusterName: name, ServiceName: name },
      statistic: 'Minimum',
    },
  };
};
