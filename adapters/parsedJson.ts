/** null: not JSON. Never throws: JSON.parse quotes what it cannot read, and that may be personal or a secret. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
