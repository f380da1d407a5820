import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeStatus } from '#adapters/http/answers/status.ts';
import { salesforceId } from '#adapters/sample/ids.ts';
import type { Pass } from '#domain/index.ts';
import type { System } from '#test/chaos/system.ts';

const FIRST = 200_000;
/** Dropped, and not read to the end. */
const MOST_WAITING = 2;

/** One file after the other, so that a load is always under way: of the same members each time, called otherwise. */
export const keptLoading = (system: System, members: number) => {
  const { drop, get } = system.service();
  const ids = Array.from({ length: members }, (_, index) => salesforceId('Contact', FIRST + index));
  const startedAt = Date.now();
  let files = 0;
  let isOver = false;
  const file = (number: number): string => {
    const at = new Date(startedAt - 3_600_000 + number * 1_000).toISOString();
    const rows = ids.map((Id, index) => ({
      ...{
        Id,
        FirstName: nameOf(number),
        LastName: 'Roth',
        MemberNumber__c: `L-${index}`,
        MemberSince__c: '2020-01-01',
      },
      ...{ LastModifiedDate: at, SystemModstamp: at },
    }));
    return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  };
  const run = async (): Promise<void> => {
    while (!isOver) {
      if ((await get<RuntimeStatus>('/api/status')).inbox.waiting < MOST_WAITING) {
        files += 1;
        await drop({
          ...{ type: 'file', object: 'Contact', executionId: `run-${files}`, fileName: 'part', text: file(files) },
          extractedAtMs: startedAt - 3_000_000 + files * 1_000,
        });
      }
      await sleep(100);
    }
  };
  const running = run();
  return {
    /** Resolves when nothing more is dropped. */
    stop: async () => {
      isOver = true;
      await running;
      return { files, rows: files * members };
    },
    /** Members whose pass does not say what the last file did. */
    missing: async (passOf: (memberId: string) => Promise<Pass | null>): Promise<readonly string[]> => {
      const wrong: string[] = [];
      for (const id of ids) {
        const name = (await passOf(id))?.holder.firstName;
        if (name !== nameOf(files)) wrong.push(`${id}: called ${name}, by the last file ${nameOf(files)}`);
      }
      return wrong;
    },
  };
};

const nameOf = (file: number): string => `Ines ${file}`;
