import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { salesforceId } from '#adapters/sample/ids.ts';
import { blankFile, blankRows } from '#adapters/source/blankRows.ts';
import { retail } from '#domain/index.ts';

const [ADA, EVE, ORDER] = [salesforceId('Contact', 1), salesforceId('Contact', 2), salesforceId('Order', 1)];
const isAda = (id: string): boolean => id === ADA;
const blanked = (object: string, line: string): string =>
  blankRows(retail, object, Buffer.from(line), isAda).text.toString();

const lineArb = fc.record({
  id: fc.constantFrom(ADA, ADA.slice(0, 15), EVE),
  name: fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `secret ${text}`),
});

describe('rows of a member who is forgotten', () => {
  it('keep their place, their length and their id; the others every byte', () => {
    fc.assert(
      fc.property(fc.array(lineArb), fc.constantFrom('', '\n'), (rows, end) => {
        const lines = rows.map(({ id, name }) =>
          JSON.stringify({ Id: id, FirstName: name, Phone: name, IsDeleted: false }),
        );
        const text = Buffer.from(lines.join('\n') + end);
        const { text: left, rows: count } = blankRows(retail, 'Contact', text, isAda);
        expect(left.length).toBe(text.length);
        expect(count).toBe(rows.filter(({ id }) => id !== EVE).length);
        const after = left.toString().split('\n');
        for (const [at, { id }] of rows.entries())
          if (id === EVE) expect(after[at]).toBe(lines[at]);
          else expect(JSON.parse(after[at] ?? '')).toEqual({ Id: id, IsDeleted: false });
      }),
    );
  });

  it('keep of what belongs to the member what counts, digit by digit, and nothing else', () => {
    const line = `{"Id":"${ORDER}","BillToContactId":"${ADA}","TotalAmount":12.50,"OrderNumber":12345678901234567890,"ShippingStreet":"secret"}`;
    const left = blanked('Order', line);
    expect(left).toContain('"TotalAmount":12.50,"OrderNumber":12345678901234567890');
    expect(left).not.toContain('secret');
  });

  it('of others stay whole where they only name the member, as a merged contact does', () => {
    const line = JSON.stringify({ Id: EVE, MasterRecordId: ADA, FirstName: 'Eve' });
    expect(blanked('Contact', line)).toBe(line);
  });

  it('that nobody can read, or of objects nobody maps, keep nothing personal', () => {
    expect(blanked('Contact', `{"Id":"${ADA}","FirstName":"secr`).trim()).toBe('{}');
    expect(blanked('Unheard__c', JSON.stringify({ Id: ORDER, Who__c: ADA, Text__c: 'secret' })).trim()).toBe(
      JSON.stringify({ Id: ORDER }),
    );
  });

  it.each([false, true])('are emptied in the file, which keeps its age (packed: %s)', async (isPacked) => {
    const folder = await mkdtemp(join(tmpdir(), 'billfold-blank-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'rows');
    const text = Buffer.from(`${JSON.stringify({ Id: ADA, FirstName: 'secret' })}\n`);
    await writeFile(path, isPacked ? gzipSync(text) : text);
    await utimes(path, 1_000, 2_000);
    expect(await blankFile(retail, 'Contact', path, isAda)).toBe(1);
    const after = await readFile(path);
    expect((isPacked ? gunzipSync(after) : after).toString()).not.toContain('secret');
    expect((await stat(path)).mtimeMs).toBe(2_000_000);
    expect(await blankFile(retail, 'Contact', path, (id) => id === EVE)).toBe(0);
  });
});
