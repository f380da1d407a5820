import { type PipeName, topology } from '../topology.ts';
import { memberIn } from './flowDetail.ts';
import type { Meter, SeenItem } from './meter.ts';
import type { StreamRecord } from './streamPort.ts';

/** LIVE is replaced by one write, so its stream is every write; the log's commits are seen by the pipe that reads all of them. */
export const countRead =
  (meter: Meter) =>
  (pipe: PipeName, records: readonly StreamRecord[]): void => {
    const items = records.flatMap(({ eventID, dynamodb }): readonly SeenItem[] => {
      const memberId = memberIn(dynamodb.Keys.p);
      const at = new Date(dynamodb.ApproximateCreationDateTime * 1_000).toISOString();
      return memberId === null ? [] : [{ id: eventID, what: versionIn(dynamodb.Keys), at, memberId }];
    });
    if (pipe === 'publish') meter.of('tables/views').passed(items.length);
    if (pipe !== 'announce') meter.of(`tables/${topology.pipes[pipe].source.table}`).saw(items);
  };

const versionIn = ({ v }: StreamRecord['dynamodb']['Keys']): string =>
  v === undefined ? 'LIVE written' : `version ${Object(v).N}`;
