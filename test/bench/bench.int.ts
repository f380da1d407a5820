import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#adapters/sample/random.ts';
import { openFile } from '#adapters/source/byteSource.ts';
import { parseExactJson } from '#adapters/source/exactJson.ts';
import { lineText, readLines } from '#adapters/source/lines.ts';
import { wholeOf } from '#adapters/source/parts.ts';
import { fold, initialStates, projections, readField, readInstant, refOf } from '#domain/index.ts';
import { memberEventsArb } from '#test/support/arbitraries.ts';
import { benchmarks } from './all.ts';
import { benchMemberId } from './history.ts';
import { memberEvents } from './memberEvents.ts';
import { foldInPlace } from './mutatingFold.ts';
import { preparedWalks, type Walks } from './replay.ts';
import { inTemporaryDirectory } from './rows.ts';
import { withServer } from './server.ts';
import { markdownTable } from './table.ts';
import { candidateTier, runToEnd, SEGMENTS, whatIfAll } from './walks.ts';

const tiny = { rounds: 1, size: { megabytes: 0.2, members: 20, events: 1_000 }, say: () => undefined };

describe('a benchmark', () => {
  test.each(benchmarks)('$name still runs', async ({ name, run }) => {
    const report = await run(tiny);
    expect(report.name).toBe(name);
    for (const { rows } of report.tables) {
      expect(rows.length).toBeGreaterThan(0);
      expect(markdownTable(rows)).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('a second load', () => {
  test('of the same files writes nothing', async () => {
    const report = await benchmarks.find(({ name }) => name === 'load')?.run(tiny);
    const again = report?.tables[1]?.rows.find(({ variant }) => variant === 'billfold, the same files again');
    expect(again).toMatchObject({ 'write units': 0 });
    expect(again).not.toHaveProperty('TransactWriteItems');
  });
});

describe('the walks over a log', () => {
  test('are over every commit, and find that nothing differs', () =>
    withWalks(12, async ({ subjects, written }) => {
      for (const { name, run } of subjects) expect([name, await run()]).toEqual([name, written.commits]);
    }));

  test('that ask what another tier would change find what a diff with its shadows finds', () =>
    withWalks(12, async ({ services }) => {
      const candidate = candidateTier(2);
      const asked = await whatIfAll(services, candidate);
      const registry = { ...services.project.registry, candidates: [candidate] };
      const one = { projection: refOf(candidate), memberId: null, segments: SEGMENTS };
      await runToEnd(services, { type: 'replay', ...one }, { registry });
      const found = await runToEnd(services, { type: 'diff', projection: refOf(candidate) }, { registry });
      expect(asked.counts.changed).toBeGreaterThan(0);
      expect(found.counts).toMatchObject({ members: 12, changed: asked.counts.changed, pushes: asked.counts.pushes });
      expect(found.paths).toEqual(asked.paths);
    }));

  test('are no measurement where LIVE is not what the log gives', () =>
    withWalks(3, async ({ services: { views }, subjects }) => {
      const live = await views.load(benchMemberId(1))();
      if (E.isLeft(live)) throw new Error(live.left.type);
      const { states, ver } = live.right;
      await views.replace({ ...live.right, ver: ver + 1, states: { ...states, [refOf(projections.spend)]: {} } })();
      await expect(subjects.find(({ name }) => name === 'verify')?.run()).rejects.toThrow('1 drifted, expected 0');
    }));
});

describe('a faster way', () => {
  test('to read lines reads each as a decoder for that line alone does, wherever the chunks are cut', async () => {
    const kinds = ['{"a":"Zoë"}', '\ufeff{"b":"山田"}', '', '  ', '{"c":1}'].map((text) => Buffer.from(text));
    const random = seededRandom(7);
    for (const badEvery of [0, 5, 5000]) {
      const lines = Array.from({ length: 60_000 }, (_, index) =>
        badEvery > 0 && index % badEvery === 1 ? Buffer.from([0x7b, 0xc3, 0x28]) : random.pick(kinds),
      );
      const read = await linesOf(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
      expect(read).toEqual(lines.map(decodedAlone).filter((text) => text?.trim() !== ''));
    }
  });

  test('to fold events gives what one event after the other gives', () => {
    fc.assert(
      fc.property(memberEventsArb, (events) => {
        const folded = fold(initialStates, events);
        expect(folded.holder).toEqual(events.reduce(projections.holder.evolve, null));
        expect(folded.spend).toEqual(events.reduce(projections.spend.evolve, {}));
        expect(folded.tier).toEqual(events.reduce(projections.tier.evolve, {}));
        expect(folded.promotions).toEqual(events.reduce(projections.promotions.evolve, {}));
      }),
    );
  });

  test('to fold events gives what a switch that changes one state in place gives', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), fc.integer({ min: 1, max: 60 }), (member, count) => {
        const events = memberEvents(member, count);
        expect(fold(initialStates, events)).toEqual(foldInPlace(events));
      }),
    );
  });

  test('to read an instant reads what the general way reads, and refuses what it refuses', () => {
    const two = fc.integer({ min: 0, max: 63 }).map((value) => String(value).padStart(2, '0'));
    const partArb = fc.oneof(
      { weight: 9, arbitrary: two },
      { weight: 1, arbitrary: fc.constantFrom('-1', ' 1', 'x9', '1.') },
    );
    const yearArb = fc.oneof(
      fc.integer({ min: 0, max: 9999 }).map((year) => String(year).padStart(4, '0')),
      fc.constant('20a6'),
    );
    const msArb = fc.integer({ min: 0, max: 999 }).map((ms) => String(ms).padStart(3, '0'));
    fc.assert(
      fc.property(
        yearArb,
        partArb,
        partArb,
        partArb,
        partArb,
        partArb,
        msArb,
        (year, month, day, hour, minute, second, ms) => {
          const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}`;
          // Six more digits of a second are read the general way.
          const general = readInstant(`${local}000000Z`);
          expect(readInstant(`${local}Z`)).toEqual(general);
          expect(readInstant(`${local}+0000`)).toEqual(general);
          const date = `${year}-${month}-${day}`;
          expect(readField('date', date)).toEqual(readField('date', `${date}T00:00:00Z`));
        },
      ),
      {
        numRuns: 3000,
        examples: [
          ['2024', '02', '29', '23', '59', '59', '999'],
          ['2023', '02', '29', '00', '00', '00', '000'],
        ],
      },
    );
  });

  test('to read a number reads what its text is read as', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(readField('decimal', value)).toEqual(readField('decimal', String(value)));
      }),
      { numRuns: 2000, examples: [[-0], [1e21], [1e-7], [0.000001]] },
    );
  });

  test('to look for long numbers finds them wherever they stand', () => {
    const characterArb = fc.constantFrom('a', '.', '1', '7', ' ');
    const runArb = fc
      .tuple(characterArb, fc.integer({ min: 1, max: 20 }))
      .map(([character, times]) => character.repeat(times));
    fc.assert(
      fc.property(fc.array(runArb, { maxLength: 12 }), (runs) => {
        const text = runs.join('');
        const isLong = /\d[\d.]{15}/.test(text);
        expect(keepsDigits(text)).toBe(isLong);
      }),
      { numRuns: 3000 },
    );
  });
});

const withWalks = (members: number, check: (walks: Walks) => Promise<void>): Promise<void> =>
  withServer(null, async (server) => check(await preparedWalks(server, members)));

/** Whether a number written in sixteen characters, too few digits to call for it itself, stays as written because of the text before it. */
const keepsDigits = (text: string): boolean => {
  const parsed = parseExactJson(`[${JSON.stringify(text)},12345678901234e2]`);
  return Array.isArray(parsed) && typeof parsed[1] === 'object';
};

/** null: not UTF-8. */
const decodedAlone = (line: Buffer): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return null;
  }
};

const linesOf = (content: Buffer): Promise<readonly (string | null)[]> =>
  inTemporaryDirectory(async (directory) => {
    const path = join(directory, 'lines');
    await writeFile(path, content);
    const file = await openFile(path);
    const texts: (string | null)[] = [];
    for await (const { lines } of readLines(file, await wholeOf(file)))
      for (const line of lines) texts.push(line.type === 'line' ? lineText(line.bytes) : null);
    await file.close();
    return texts;
  });
