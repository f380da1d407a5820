import { type EpochMs, type Origin, originText, type QuarantineItem } from '#domain/index.ts';
import type { InputFault } from './fault.ts';

/** Input that could not be understood. Its id is made from where it came, so that redelivery replaces it. */
export const quarantined = (
  origin: Origin,
  fault: InputFault,
  quarantinedAt: EpochMs,
  content: string | null,
): QuarantineItem => ({
  id: `input: ${originText(origin)}: ${fault.path}`,
  type: 'input',
  origin,
  path: fault.path,
  reason: fault.expected,
  quarantinedAt,
  content,
});
