import { type RunRef, runKey } from '#domain/index.ts';

/** A file that AppFlow wrote. name: as it is shown and remembered, the path that it would have in the inbox. */
export type Landed = { readonly ref: RunRef; readonly file: string; readonly name: string };

/** Bucket prefix of the flows; a flow then sets its name and the execution id before its files (AppFlow guide, "Partitioning", read November 2026). */
const FLOWS = 'flows';

export const landingKey = (ref: RunRef, file: string): string => `${FLOWS}/${runKey(ref)}/${file}`;

/** flows/<flow>/<execution id>/<file>; null: it is none of these. */
export const landedAt = (key: string): Landed | null => {
  const [root, flow = '', executionId = '', ...rest] = key.split('/');
  const file = rest.join('/');
  if (root !== FLOWS || flow === '' || executionId === '' || file === '' || file.endsWith('/')) return null;
  const ref = { flow, executionId };
  return { ref, file, name: `${runKey(ref)}/${file}` };
};
