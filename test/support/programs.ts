import { spawnSync } from 'node:child_process';

/** Whether a program is on this machine: what asks it is skipped elsewhere, visibly. */
export const has = (program: 'openssl' | 'curl' | 'unzip'): boolean =>
  spawnSync(program, [VERSION[program]]).error === undefined;

const VERSION = { openssl: 'version', curl: '--version', unzip: '-v' };

/** null: it is not on this machine. */
export const programPath = (program: 'chromium'): string | null => {
  const { status, stdout } = spawnSync('which', [program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};
