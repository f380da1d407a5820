import { MultiBar, type SingleBar } from 'cli-progress';

/** A bar at the bottom of the terminal, and lines that go above it. */
export type Bar = {
  readonly setTotal: (total: number) => void;
  readonly getTotal: () => number;
  readonly update: (at: number, payload?: object) => void;
  readonly start: (total: number, at: number, payload: object) => void;
  readonly stop: () => void;
  readonly isActive: () => boolean;
  readonly print: (line: string) => void;
};

/** A progress bar on stderr, or null where no terminal shows one. However the program exits, the terminal gets its cursor back. */
export const progressBar = (format: string): Bar | null => {
  if (!process.stderr.isTTY) return null;
  const bars = new MultiBar({ format, hideCursor: true, stream: process.stderr });
  let bar: SingleBar | null = null;
  const stop = (): void => {
    if (bar !== null) bars.stop();
    bar = null;
  };
  process.once('exit', stop);
  return {
    start: (total, at, payload) => {
      bar = bars.create(total, at, payload);
    },
    setTotal: (total) => bar?.setTotal(total),
    getTotal: () => bar?.getTotal() ?? 0,
    update: (at: number, payload?: object) => bar?.update(at, payload),
    stop,
    isActive: () => bar !== null,
    print: (line) => bars.log(`${line}\n`),
  };
};
