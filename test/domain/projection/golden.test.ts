import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AnyProjection, passParts, projections, refOf, registry } from '#domain/index.ts';
import { addGoldenFold, goldenFault, goldenFile, hasGoldenFold } from '#test/support/goldenFold.ts';
import type { LawOptions } from '#test/support/projectionSamples.ts';

/**
 * A golden fold fails when a state changes without a bump of the version: states are stored, and their version is all that says how
 * they came about. BILLFOLD_ADD_GOLDEN=1 adds the files that are missing and touches no other.
 * A version without a file is still being written, and changes as often as it likes: it is skipped, and fails where CI is set.
 */
const folder = join(import.meta.dirname, 'golden');
const registered = [...Object.values(registry.main), ...registry.candidates];

/** By name: what a projection reads that is in no preset, such as a custom attribute. */
const reads: Readonly<Record<string, LawOptions>> = {};

if (process.env.BILLFOLD_ADD_GOLDEN === '1')
  for (const projection of registered) addGoldenFold(folder, projection, reads[projection.name]);

const isCi = (process.env.CI ?? '') !== '';

describe('the golden fold', () => {
  for (const projection of registered) {
    const ref = refOf(projection);
    const isThere = hasGoldenFold(folder, projection);
    const title = isThere ? `of ${ref} is what it was` : `of ${ref} is missing: BILLFOLD_ADD_GOLDEN=1 adds it`;
    test.skipIf(!isThere && !isCi)(title, () => {
      expect(isThere, `BILLFOLD_ADD_GOLDEN=1 adds ${ref}.json`).toBe(true);
      expectNoFault(goldenFault(folder, projection));
    });
  }

  test('of what the pass is rendered from is there', () => {
    const missing = registered.filter(({ name }) => passParts.has(name)).filter((each) => !hasGoldenFold(folder, each));
    expect(missing.map(refOf)).toEqual([]);
  });
});

describe('a state that changes without its version', () => {
  const files = () => {
    const place = mkdtempSync(join(tmpdir(), 'billfold-golden-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    return place;
  };
  const { tier } = projections;
  const inCents: AnyProjection = {
    ...tier,
    fold: (state, events) => ({ ...(tier.fold?.(state as never, events) ?? {}), unit: 'cent' }),
  };

  test('fails, and says what to do', () => {
    const place = files();
    addGoldenFold(place, tier);
    expect(goldenFault(place, tier)).toBeNull();
    expect(goldenFault(place, inCents)).toMatch(/^tier@2 folds .* another state \(state\.unit: nothing, "cent"\)/);
    expect(goldenFault(place, inCents)).toContain('Raise "version" of tier to 3');
  });

  test('is another file with another version, and the one before stays as it is', () => {
    const place = files();
    addGoldenFold(place, tier);
    const before = readFileSync(goldenFile(place, tier), 'utf8');
    const raised = { ...inCents, version: 3 };
    expect(hasGoldenFold(place, raised)).toBe(false);
    addGoldenFold(place, raised);
    addGoldenFold(place, inCents);
    expect(goldenFault(place, raised)).toBeNull();
    expect(readFileSync(goldenFile(place, tier), 'utf8')).toBe(before);
  });

  test('cannot hide behind a history that says nothing to it', () => {
    const deaf: AnyProjection = { ...tier, fold: (state) => state };
    expect(() => addGoldenFold(files(), deaf)).toThrow('tier@2 folds nothing of its golden history');
  });
});

const expectNoFault = (fault: string | null): void => {
  if (fault !== null) throw new Error(fault);
};
