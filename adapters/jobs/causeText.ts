/** Of what a function threw Step Functions makes JSON: { errorType, errorMessage, trace }. */
export const causeText = (cause: unknown): string => {
  const said = typeof cause === 'string' ? parsed(cause) : cause;
  if (typeof said !== 'object' || said === null) return typeof cause === 'string' ? ofMany(cause) : 'unknown';
  if ('errorMessage' in said && typeof said.errorMessage === 'string') return said.errorMessage;
  if ('Cause' in said && typeof said.Cause === 'string') return causeText(said.Cause);
  return 'Error' in said && typeof said.Error === 'string' ? said.Error : 'unknown';
};

/** A map tells only that too many of its workers failed; one that could speak has noted why. */
const ofMany = (cause: string): string =>
  /tolerated failure threshold/i.test(cause)
    ? 'A worker was ended again and again before it got through: the log of the walk function says how.'
    : cause;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
