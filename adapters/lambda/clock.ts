import * as E from 'fp-ts/lib/Either.js';
import { failureText, type ProjectDeps, sweep, tick, type Woken } from '#domain/index.ts';

export type ClockDeps = ProjectDeps & { readonly onFailure: (where: string, reason: string) => void };

/** The schedule's tick: passes that change by time alone, then holders of definitions that changed. Returns how many passes it looked at. */
export const clockHandler = (deps: ClockDeps) => async (): Promise<number> => {
  let woken = 0;
  for (const [where, walk] of [
    ['clock', tick(deps)],
    ['sweep', sweep(deps)],
  ] as const) {
    const walked = await walk();
    if (E.isLeft(walked)) {
      deps.onFailure(where, failureText(walked.left));
      continue;
    }
    woken += report(deps, where, walked.right);
  }
  return woken;
};

const report = ({ onFailure }: ClockDeps, where: string, { woken, failed }: Woken): number => {
  for (const { memberId, reason } of failed) onFailure(`${where}: member ${memberId}`, reason);
  return woken;
};
