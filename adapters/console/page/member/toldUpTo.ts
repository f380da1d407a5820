/**
 * Up to which version the story is told where one looks at a version, at. null: now. begun: the last one when it was first told. What is far back
 * is told from there, and not from all that happened since: in steps, so that a slider's next place mostly has the same story.
 */
export const toldUpTo = (begun: number, at: number | null): number =>
  at === null || begun - at <= FAR ? begun : Math.ceil((at + AHEAD) / STEP) * STEP;

/** Versions that are loaded anyway, or nearly. */
const FAR = 1_000;
/** At least so many of those after it are there to be seen. */
const AHEAD = 100;
const STEP = 250;
