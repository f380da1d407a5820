/** What a webhook remembers of its last answer, in the progress of a delivery; undefined: nothing. */
export const keptIn = (progress: unknown): unknown =>
  typeof progress === 'object' && progress !== null && 'kept' in progress ? progress.kept : undefined;
