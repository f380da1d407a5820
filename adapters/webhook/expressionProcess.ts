import jsonata from 'jsonata';
import type { Evaluated, Question } from './expressions.ts';

/** A process of its own that evaluates one expression after the other: what it may take of time and memory is bounded from outside. It ends with its parent. */
const compiled = new Map<string, jsonata.Expression>();

process.on('message', async ({ expression, input, maxBytes }: Question) => {
  process.send?.(await evaluated(expression, input, maxBytes));
});
process.on('disconnect', () => process.exit());
// What a terminal says to all is for the parent to hear: it still needs answers while it drains.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

const evaluated = async (expression: string, input: unknown, maxBytes: number): Promise<Evaluated> => {
  try {
    const known = compiled.get(expression) ?? jsonata(expression, { timeout: TIMEOUT_MS, stack: STACK });
    compiled.set(expression, known);
    const json: string | undefined = JSON.stringify(await known.evaluate(input), withoutFunctions);
    if (json === undefined) return { type: 'Nothing' };
    if (Buffer.byteLength(json) > maxBytes) return { type: 'Failed', reason: `gave more than ${maxBytes} bytes` };
    return { type: 'Value', json };
  } catch (error) {
    return { type: 'Failed', reason: reasonOf(error) };
  }
};

/** Functions are values too, as objects. */
const withoutFunctions = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && ('_jsonata_function' in value || '_jsonata_lambda' in value)
    ? undefined
    : value;

/** Looked at with each step; a single step that does not end is ended from outside. */
const TIMEOUT_MS = 1_000;
const STACK = 500;

/** JSONata's messages quote values, which may be personal: its code and the place say enough. */
const reasonOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return 'failed';
  if (!('code' in error)) return 'gave something that is no JSON';
  if (error.code === 'D1012') return `took longer than ${TIMEOUT_MS} ms`;
  if (error.code === 'D1011') return 'called itself too deeply';
  const place = 'position' in error && typeof error.position === 'number' ? ` at character ${error.position}` : '';
  return `failed with JSONata's ${String(error.code)}${place}`;
};

process.send?.('ready');
