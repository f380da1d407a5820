import { changeByTime, changeThatShows, type Ledger, rowWithoutNews, runOfFlow } from '../cost/cost.ts';
import { aNight } from '../cost/costNights.ts';
import { aMonthOfNothing } from '../cost/costStanding.ts';
import { times, together, type Usage } from '../cost/usage.ts';
import type { Watched } from '../watch/alarm.ts';
import { tableSizes } from './capacity.ts';
import { changesADay, dueADay, eventsOf, type Programme, rowsADay } from './programme.ts';

const DAYS_A_MONTH = 365 / 12;
/** Member, purchases, grants, definitions: each loaded by a flow of its own. */
const OBJECTS = 4;

/** What a day brings, each change in a batch of its own: the most it can be. */
export const dayOf = (programme: Programme, ledger: Ledger): Readonly<Record<string, Usage>> => ({
  'changes that show': times(changesADay(programme), all(changeThatShows(ledger, 'one'))),
  'passes that change at midnight': times(dueADay(programme), all(changeByTime(ledger))),
  'full loads that say nothing new': together(
    times(rowsADay(programme), all(rowWithoutNews(ledger))),
    times(OBJECTS * programme.loadsADay, runOfFlow(ledger)),
  ),
  'the jobs of the night': all(aNight(ledger, { members: programme.members, commits: eventsOf(programme) })),
});

export const monthOf = (programme: Programme, ledger: Ledger, watched: Watched): Readonly<Record<string, Usage>> => ({
  ...Object.fromEntries(
    Object.entries(dayOf(programme, ledger)).map(([what, usage]) => [what, times(DAYS_A_MONTH, usage)]),
  ),
  'tables, and their backups': together(
    ...tableSizes(programme, ledger).map(({ gb, isBackedUp }) => ({ tableGb: gb, backupGb: isBackedUp ? gb : 0 })),
  ),
  'what there is when nothing happens': all(aMonthOfNothing(ledger, watched)),
});

const all = (steps: Readonly<Record<string, Usage>>): Usage => together(...Object.values(steps));
