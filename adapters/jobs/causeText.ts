/** Of what a function threw Step Functions makes JSON: { errorType, errorMessage, trace }. */
export const causeText = (cause: unknown): string => {
  const said = typeof cause === 'string' ? parsed(cause) : cause;
  if (typeof said !== 'object' || said === null) return typeof cause === 'string' ? cause : 'unknown';
  if ('errorMessage' in said && typeof said.errorMessage === 'string') return said.errorMessage;
  if ('Cause' in said && typeof said.Cause === 'string') return causeText(said.Cause);
  return 'Error' in said && typeof said.Error === 'string' ? said.Error : 'unknown';
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
