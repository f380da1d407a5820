/** Of what somebody wrote, a hundred mistakes are told: who mends those finds the others then. */
export const MOST_PROBLEMS = 100;

export const firstProblems = <Problem>(
  problems: readonly Problem[],
  tell: (problem: Problem) => string,
): readonly string[] => [
  ...problems.slice(0, MOST_PROBLEMS).map(tell),
  ...(problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : []),
];
