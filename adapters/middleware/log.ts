import { pino } from 'pino';
import { impersonalFault } from '../impersonalFault.ts';

export type LogSettings = {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly prefix: string;
  /** Else stdout. */
  readonly stream?: pino.DestinationStream;
};

/**
 * The one log of the process: a line of JSON each. What is told is chosen where it is told, never a whole request, answer or error; should a library
 * hand one over, only its kind gets into the line.
 */
export const middlewareLog = ({ level, prefix, stream }: LogSettings): pino.Logger => {
  const options = {
    level,
    base: { service: 'middleware', prefix },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: impersonalFault, error: impersonalFault, req: () => undefined, res: () => undefined },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
};
