import type { MemberThen } from '../../../http/answers/member.ts';
import { moneyText } from '../ui/moneyText.ts';

/** What is shown, in a line. at: null is now. timeZone: whose days the slider moves by. */
export const shownText = (
  at: string | null,
  shown: Pick<MemberThen, 'version' | 'evaluatedAt' | 'pass' | 'state'> | undefined,
  timeZone: string,
): string => {
  if (shown === undefined) return ' ';
  const { version, evaluatedAt, pass, state } = shown;
  const what =
    pass === null
      ? `${state}, without a pass`
      : `${pass.tier.name ?? 'no tier'}, ${moneyText(pass.tier.qualifyingSpend.amount, pass.tier.qualifyingSpend.currency)} qualifying`;
  const when = new Date(evaluatedAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return at === null ? `Now: ${what}` : `As of ${when}, version ${version}: ${what}`;
};
