import { SingleBar } from 'cli-progress';

/** A progress bar on stderr, or null where no terminal shows one. However the program exits, the terminal gets its cursor back. */
export const progressBar = (format: string): SingleBar | null => {
  if (!process.stderr.isTTY) return null;
  const bar = new SingleBar({ format, hideCursor: true, stream: process.stderr });
  process.once('exit', () => {
    if (bar.isActive) bar.stop();
  });
  return bar;
};
