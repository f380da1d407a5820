import { isTooDeep } from './jsonDepth.ts';

/** null: not JSON, or nested too deep. Never throws: JSON.parse quotes what it cannot read, and that may be personal or a secret. */
export const parsedJson = (text: string): unknown => {
  if (isTooDeep(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
