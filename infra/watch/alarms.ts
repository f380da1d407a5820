import { type Alarm, runbookPath, type Watched } from './alarm.ts';
import { feedAlarms, intakeAlarms, queueAlarms } from './alarmsOfIntake.ts';
import { hostAlarms, middlewareAlarms } from './alarmsOfMiddleware.ts';
import { functionAlarms, nightAlarms, scheduleAlarms, tableAlarms } from './alarmsOfParts.ts';
import { jobAlarms, lakeAlarms, passAlarms, pipeAlarms } from './alarmsOfPasses.ts';
import { metricsOf } from './metric.ts';

/** Every alarm, in the order in which a change flows. Where there is one for each queue, pipe, table or function, the topology says which. */
export const alarmsOf = (watched: Watched): readonly Alarm[] => {
  const metrics = metricsOf(watched.prefix, watched.renamed);
  return [
    ...feedAlarms(metrics, watched.feeds),
    ...intakeAlarms(metrics),
    ...queueAlarms(metrics, watched.middlewareHost !== null),
    ...tableAlarms(metrics, watched.middlewareHost !== null),
    ...pipeAlarms(metrics),
    ...passAlarms(metrics),
    ...functionAlarms(metrics),
    ...scheduleAlarms(metrics),
    ...nightAlarms(metrics),
    ...jobAlarms(watched.jobsArn),
    ...lakeAlarms(metrics),
    ...(watched.middlewareHost === null ? [] : middlewareAlarms(metrics)),
    ...hostAlarms(watched),
  ];
};

export const descriptionOf = ({ question, runbook }: Alarm): string => `${question} ${runbookPath(runbook)}`;
