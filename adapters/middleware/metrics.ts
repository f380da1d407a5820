import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Overview, oldestSecondsOf, waitingInAll } from './overview.ts';

/** What happened, by destination. Pushed: to one phone. */
export type Happening = 'Delivered' | 'DeliveryFailed' | 'DeliveryDead' | 'Pushed';

/**
 * What the middleware measures, in CloudWatch's embedded format on stdout, from which metrics are made without any header (CloudWatch guide, "Embedded metric format, PutLogEvents", read November 2026): namespace billfold, dimensions service and prefix. What happened is summed up and
 * told once a minute, for all destinations together and for each (dimension destination); how things stand is told with it.
 */
export type MiddlewareMetrics = {
  readonly count: (what: Happening, destination: string) => void;
  readonly tell: (overview: Overview) => void;
};

export const middlewareMetrics = (prefix: string): MiddlewareMetrics => {
  const metrics = new Metrics({ namespace: 'billfold', serviceName: 'middleware', defaultDimensions: { prefix } });
  const counted = new Map<Happening, Map<string, number>>();

  return {
    count: (what, destination) => {
      const ofAll = counted.get(what) ?? new Map<string, number>();
      counted.set(what, ofAll.set(destination, (ofAll.get(destination) ?? 0) + 1));
    },
    tell: (overview) => {
      for (const [name, unit, value] of gaugesOf(overview)) metrics.addMetric(name, unit, value);
      for (const [what, ofAll] of counted) {
        metrics.addMetric(what, MetricUnit.Count, sum([...ofAll.values()]));
        for (const [destination, count] of ofAll) {
          const single = metrics.singleMetric();
          single.addDimension('destination', destination);
          single.addMetric(what, MetricUnit.Count, count);
        }
      }
      counted.clear();
      metrics.publishStoredMetrics();
    },
  };
};

type Gauge = readonly [name: string, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number];

/** What the store does not tell is left out: then nobody knows, and the host's alarms say why. */
const gaugesOf = (overview: Overview): readonly Gauge[] => {
  const { destinations, certificateDaysLeft } = overview;
  const waiting = waitingInAll(overview);
  const open = destinations.filter(({ breaker }) => breaker.state !== 'closed').length;
  return [
    ['BreakersOpen', MetricUnit.Count, open],
    ...(certificateDaysLeft === null
      ? []
      : ([['CertificateDaysLeft', MetricUnit.NoUnit, certificateDaysLeft]] as const)),
    ...(waiting === null
      ? []
      : ([
          ['DeliveriesWaiting', MetricUnit.Count, waiting.live + waiting.bulk],
          ['DeliveriesDead', MetricUnit.Count, waiting.dead],
          ['OldestDeliverySeconds', MetricUnit.Seconds, oldestSecondsOf(overview)],
        ] as const)),
  ];
};

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);

/** Every minute, and once more when it ends. What cannot be told waits for the next minute. */
export const tellEveryMinute = (
  { tell }: MiddlewareMetrics,
  overview: () => Promise<Overview>,
  everyMs = 60_000,
): { readonly stop: () => Promise<void> } => {
  const once = async (): Promise<void> => tell(await overview());
  const timer = setInterval(() => void once(), everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await once();
    },
  };
};
