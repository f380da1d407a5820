/** A number of a JSON text, exactly as written: what a double cannot hold is not lost. */
export type ExactNumber = { readonly exactNumber: string };

/** null: there is no text of it. */
export const scalarText = (raw: unknown): string | null => {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  if (typeof raw === 'object' && raw !== null && 'exactNumber' in raw && typeof raw.exactNumber === 'string')
    return raw.exactNumber;
  return null;
};

export const isNumber = (raw: unknown): boolean => typeof raw === 'number' || (typeof raw === 'object' && raw !== null);
