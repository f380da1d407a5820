const OVER = new Error('the step is over');

/** `over`: a moment after the signal, so that a try that is under way may still say what it came to. */
export const deadlineOf = (ms: number, parent: AbortSignal) => {
  const controller = new AbortController();
  const abort = (): void => controller.abort(OVER);
  const timer = setTimeout(abort, ms);
  parent.addEventListener('abort', abort);
  if (parent.aborted) abort();
  const over = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => setTimeout(resolve, 0));
  });
  const clear = (): void => {
    clearTimeout(timer);
    parent.removeEventListener('abort', abort);
  };
  return { signal: controller.signal, over, clear };
};
