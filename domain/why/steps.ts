import type { MemberEvent } from '../event/events.ts';
import { type Pass, renderPass } from '../pass/pass.ts';
import type { Catalog, Moment } from '../projection/projection.ts';
import { evolveAll, fold, initialStates, type States, viewAll } from '../projection/registry.ts';
import type { HistoryEvent } from '../workflow/travel.ts';
import { type AttributeChange, attributesThatMatter } from './attributes.ts';
import { type PassPath, sameValue, valueAt } from './path.ts';
import { type Subject, subjectOf } from './subject.ts';

/** An event at which the value changed, seen with the eyes of the asked instant. null: nothing was there. */
export type Step = HistoryEvent & {
  readonly subject: Subject;
  readonly before: unknown;
  readonly after: unknown;
  /** What of the event's facts made the difference. */
  readonly attributes: readonly AttributeChange[];
};

/** The last steps to the present value, oldest first. */
export type Steps = { readonly steps: readonly Step[]; readonly hasEarlier: boolean };

/** Seen from here: when, and what was defined. */
export type Sight = {
  readonly memberId: string;
  readonly now: Moment;
  readonly catalog: Catalog;
};

/** As many steps as a person reads. */
export const MAX_STEPS = 20;
/** Events looked at one by one; what lies before them is folded at once. */
const CHUNK = 250;

/**
 * The last changes of the value at a path. Of each prefix of the events the pass is evaluated as of now, from the last event backwards
 * until MAX_STEPS changes are found, so a value that often changes is explained by a few hundred events, and one that never did by all.
 * Cost: a view for each event looked at (npm run bench has none; 10 000 events: see test/domain/why/why.law.test.ts).
 */
export const stepsTo = (path: PassPath, history: readonly HistoryEvent[], sight: Sight): Steps => {
  const events = history.filter(({ event }) => mayMatter(path, event));
  const found: Step[] = [];
  for (let end = events.length; end > 0 && found.length <= MAX_STEPS; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const states = fold(
      initialStates,
      events.slice(0, start).map(({ event }) => event),
    );
    found.unshift(...stepsIn(path, states, events.slice(start, end), sight));
  }
  return { steps: found.slice(-MAX_STEPS), hasEarlier: found.length > MAX_STEPS };
};

const stepsIn = (path: PassPath, from: States, events: readonly HistoryEvent[], sight: Sight): readonly Step[] => {
  const steps: Step[] = [];
  let states = from;
  let before = seenAt(path, states, sight);
  for (const happened of events) {
    const statesBefore = states;
    states = evolveAll(states, happened.event);
    const after = seenAt(path, states, sight);
    if (sameValue(before, after)) continue;
    const valueIf = (event: MemberEvent): unknown => seenAt(path, evolveAll(statesBefore, event), sight);
    const attributes = attributesThatMatter(happened.event, valueIf);
    steps.push({ ...happened, subject: subjectOf(happened.event, sight.memberId), before, after, attributes });
    before = after;
  }
  return steps;
};

export const seenAt = (path: PassPath, states: States, sight: Sight): unknown => {
  const pass = passToBe(states, sight);
  // Its status is what a pass that is not issued yet has none of.
  return path.keys[0] === 'status' && states.holder === null ? null : valueAt(pass, path);
};

/** The pass; before the member enrolled, the one that enrolment would give, so that what led there is seen when it happened. */
const passToBe = (states: States, { memberId, now, catalog }: Sight): Pass => {
  const views = viewAll(states, now, catalog);
  const { holder } = views;
  const standing = holder.standing === 'provisional' ? 'active' : holder.standing;
  const pass = renderPass(memberId, { ...views, holder: { ...holder, standing } });
  if (pass === null) throw new Error('a pass of an active member is none');
  return pass;
};

/**
 * Which events can change a part of the pass, where that is known: of the others all can. With only those the states stay small, and so
 * does the cost of a view. What is left out here would be missing in the answer: the laws compare the last step with the pass.
 */
const mayMatter = ({ keys: [first = '', second] }: PassPath, event: MemberEvent): boolean => {
  const isOfHolder = event.type.startsWith('Member') && 'current' in event && 'standing' in event.current;
  switch (first) {
    case 'memberId':
      return false;
    case 'memberNumber':
    case 'status':
    case 'holder':
    case 'memberSince':
      return isOfHolder;
    case 'tier':
      return isOfHolder || 'purchaseId' in event || event.type.startsWith('MemberTier');
    case 'spend':
      return 'purchaseId' in event;
    case 'promotions':
      return 'grantId' in event && (second === undefined || event.grantId === second);
    case 'points':
      return event.type.startsWith('Points');
    default:
      return true;
  }
};
