import type { Logger } from 'pino';
import type { EngineLine } from '../delivery/outbound.ts';
import type { MiddlewareMetrics } from './metrics.ts';

/** Of what the engine tells, what is counted: each push that APNs took. */
export const countPushes =
  (count: MiddlewareMetrics['count']) =>
  (line: EngineLine): void => {
    if (line.type === 'Outbound' && line.step === 'push' && line.outcome === 'ok') count('Pushed', line.destination);
  };

/** What the engine tells, as lines of the log: one for each try at a partner, as it was answered, and one for what came of each delivery. */
export const engineLog =
  (log: Logger): ((line: EngineLine) => void) =>
  ({ type, ...facts }) =>
    log[levelOf({ type, ...facts } as EngineLine)](facts, NAMES[type]);

const NAMES: Readonly<Record<EngineLine['type'], string>> = {
  Outbound: 'outbound',
  Settled: 'settled',
  ClaimLost: 'claim lost',
  DestinationThrew: 'fault',
  StoreFailed: 'store unavailable',
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
      return 'warn';
  }
};
