import type { pino } from 'pino';
import type { EngineLine } from '../delivery/outbound.ts';
import { isTold } from './inboundLog.ts';
import type { MiddlewareMetrics } from './metrics.ts';

/** Of what the engine tells, what is counted: each push that APNs took. */
export const countPushes =
  (count: MiddlewareMetrics['count']) =>
  (line: EngineLine): void => {
    if (line.type === 'Outbound' && line.step === 'push' && line.outcome === 'ok') count('Pushed', line.destination);
  };

/** What the engine tells, as lines of the log: one for each try at a partner, as it was answered, and one for what came of each delivery. */
export const engineLog =
  (log: pino.Logger): ((line: EngineLine) => void) =>
  (line) => {
    const { type, ...facts } = line;
    log[levelOf(line)](impersonal(facts), NAMES[type]);
  };

/** Whoever made a destination meant its reasons to be codes; what looks like anything else stays out of the log all the same. */
const impersonal = (facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const { reason, correlationId } = facts;
  return {
    ...facts,
    ...(typeof reason === 'string' && !REASON.test(reason) && { reason: 'withheld' }),
    ...(typeof correlationId === 'string' && !isTold(correlationId) && { correlationId: null }),
  };
};
const REASON = /^[\w .,:;()’'/-]{1,120}$/;

const NAMES: Readonly<Record<EngineLine['type'], string>> = {
  Outbound: 'outbound',
  Settled: 'settled',
  ClaimLost: 'claim lost',
  DestinationThrew: 'fault',
  StoreFailed: 'store unavailable',
  ClockWasAhead: 'clock was ahead',
  Paced: 'paced',
  Breaker: 'breaker',
};

const levelOf = (line: EngineLine): 'info' | 'warn' | 'error' => {
  switch (line.type) {
    case 'Outbound':
      return line.outcome === 'ok' ? 'info' : 'warn';
    case 'Settled':
      return line.verdict === 'Dead' ? 'warn' : 'info';
    case 'DestinationThrew':
    case 'StoreFailed':
      return 'error';
    case 'Breaker':
      return line.state === 'open' ? 'error' : 'info';
    case 'Paced':
      return line.how === 'alone' ? 'warn' : 'info';
    case 'ClaimLost':
    case 'ClockWasAhead':
      return 'warn';
  }
};
