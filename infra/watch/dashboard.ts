import type { Watched } from './alarm.ts';
import { metricsOf } from './metric.ts';
import type { Row } from './row.ts';
import { costDrivers, deadLetters, jobs, middleware, relay } from './rowsOfDelivery.ts';
import { feeds, files, ingest, tables } from './rowsOfIntake.ts';
import { pipes, projector, views, walletBus } from './rowsOfPasses.ts';

/** In flow order: where a change stops, the rows below stay flat. */
export const rowsOf = (watched: Watched): readonly Row[] => {
  const metrics = metricsOf(watched.prefix, watched.renamed);
  return [
    feeds(metrics, watched.feeds),
    ingest(metrics),
    files(metrics),
    tables(metrics, ['records', 'events']),
    pipes(metrics),
    projector(metrics),
    views(metrics),
    walletBus(metrics),
    ...(watched.middlewareHost === null ? [] : [relay(metrics), middleware(metrics, watched)]),
    deadLetters(metrics),
    jobs(metrics, watched.jobsArn),
    costDrivers(metrics),
  ];
};
