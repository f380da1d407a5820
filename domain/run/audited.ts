import { type Mapping, objectOfFlow } from '../source/mapping.ts';
import type { EpochMs } from '../values/calendar.ts';
import type { Audit } from './audit.ts';
import { declaredLoads } from './fullLoad.ts';
import { type Run, runKey } from './run.ts';
import { stateOfRun, totalsOf } from './runState.ts';

/**
 * What the rows of a run showed to have gone wrong before it. null: it is no audit, because nothing vouches for what was known before. That takes,
 * among the others, a run that was read to its end and began earlier, of each flow of a full load of the object; of the same flow, where the mapping declares none.
 */
export const auditOf = (mapping: Mapping, run: Run, others: readonly Run[]): Audit | null => {
  const startedAt = beganAt(run);
  if (startedAt === null) return null;
  const earlier = others.filter((other) => {
    const began = beganAt(other);
    return runKey(other.ref) !== runKey(run.ref) && began !== null && began < startedAt && isReadToItsEnd(other);
  });
  const vouches = flowsThatVouch(mapping, run.ref.flow).some((flows) =>
    flows.every((flow) => earlier.some(({ ref }) => ref.flow === flow)),
  );
  return vouches ? totalsOf(run).audit : null;
};

/** Sets of flows, each of which reads all that its object has. */
export const flowsThatVouch = (mapping: Mapping, flow: string): readonly (readonly string[])[] => {
  const declared = declaredLoads(mapping).filter(({ object }) => object === objectOfFlow(mapping, flow));
  return declared.length === 0 ? [[flow]] : declared.map(({ flows }) => flows);
};

/** As was reported or, where nobody reports, as its files say. */
const beganAt = ({ startedAt, files }: Run): EpochMs | null => {
  if (startedAt !== null) return startedAt;
  const extracted = [...files.values()].flatMap(({ extraction }) => (extraction === null ? [] : [extraction.at]));
  return extracted.length === 0 ? null : Math.min(...extracted);
};

/** Where nobody reports, no file of which was heard is left. */
const isReadToItsEnd = (run: Run): boolean => {
  const { files, filesUnread } = totalsOf(run);
  return run.end === null ? files > 0 && filesUnread === 0 : stateOfRun(run) === 'complete';
};
