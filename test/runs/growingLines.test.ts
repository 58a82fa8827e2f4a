import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { z } from 'zod';

import { integers, randomKey } from '../../src/engine/random.ts';
import { GrowingLines } from '../../src/runs/growingLines.ts';
import { countLines, readLastLines } from '../../src/runs/linesAtEnd.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
const schema = z.strictObject({ index: z.int(), text: z.string().optional() });
let files = 0;
const newFile = (): string => path.join(folder, `lines-${files++}.jsonl`);
const lineOf = (index: number, text?: string): string => `${JSON.stringify({ index, text })}\n`;

/** A reader that counts the lines that it parses. */
function counting(file: string) {
  const parsed: number[] = [];
  const lines = new GrowingLines(file, schema, ({ index }, { line }) => {
    parsed.push(line);
    return index;
  });
  return { lines, parsed };
}

describe('growing lines', () => {
  test('are parsed once each', async () => {
    const file = newFile();
    const { lines, parsed } = counting(file);
    assert.deepEqual(await lines.read(), { values: [], damagedLines: [], isTorn: false });
    writeFileSync(file, lineOf(1) + lineOf(2));
    const first = await lines.read();
    assert.deepEqual(first, { values: [1, 2], damagedLines: [], isTorn: false });
    assert.equal(await lines.read(), first, 'an unchanged file gives the same object');
    appendFileSync(file, lineOf(3));
    assert.deepEqual((await lines.read()).values, [1, 2, 3]);
    assert.deepEqual(first.values, [1, 2], 'what was given is not changed later');
    assert.deepEqual(parsed, [1, 2, 3]);
  });

  test('count and drop what is damaged or torn, and take a torn line when it is whole', async () => {
    const file = newFile();
    const { lines } = counting(file);
    writeFileSync(file, `${lineOf(1)}damaged\n\n{"index":"x"}\n${lineOf(5).slice(0, 4)}`);
    assert.deepEqual(await lines.read(), { values: [1], damagedLines: [2, 3, 4], isTorn: true });
    appendFileSync(file, lineOf(5).slice(4) + lineOf(6));
    assert.deepEqual(await lines.read(), { values: [1, 5, 6], damagedLines: [2, 3, 4], isTorn: false });
  });

  test('are read anew when the file is another one', async () => {
    const file = newFile();
    const { lines } = counting(file);
    const values = async () => (await lines.read()).values;
    writeFileSync(file, lineOf(1) + lineOf(2));
    assert.deepEqual(await values(), [1, 2]);
    writeFileSync(file, lineOf(3) + lineOf(4) + lineOf(5));
    assert.deepEqual(await values(), [3, 4, 5], 'overwritten by more');
    truncateSync(file, lineOf(3).length);
    assert.deepEqual(await values(), [3], 'cut back');
    writeFileSync(file, lineOf(9));
    utimesSync(file, 1, 1);
    assert.deepEqual(await values(), [9], 'of the same length');
    writeFileSync(`${file}.new`, lineOf(9) + lineOf(8));
    renameSync(`${file}.new`, file);
    assert.deepEqual(await values(), [9, 8], 'renamed into place');
    rmSync(file);
    assert.deepEqual(await values(), [], 'gone');
    mkdirSync(file);
    await assert.rejects(lines.read(), { code: 'run/corrupt', message: /Could not read/ });
  });

  test('equal a whole reading wherever the growth is cut', async () => {
    const file = newFile();
    // Letters of several bytes, so that cuts fall inside of them.
    const text = Array.from({ length: 40 }, (_, index) => lineOf(index, 'Größe ✓'.repeat(index % 4))).join(
      '',
    );
    const bytes = Buffer.from(text);
    const { lines } = counting(file);
    const cuts = [...integers(randomKey(1), 60, bytes.length)].sort((a, b) => a - b);
    writeFileSync(file, '');
    let end = 0;
    for (const cut of [...cuts, bytes.length]) {
      appendFileSync(file, bytes.subarray(end, cut));
      end = cut;
      const whole = bytes.toString('utf8', 0, end).split('\n').length - 1;
      const read = await lines.read();
      assert.equal(read.values.length, whole, `cut at ${cut}`);
      assert.equal(read.isTorn, bytes[end - 1] !== 0x0a && end > 0);
    }
    assert.deepEqual(
      (await lines.read()).values,
      Array.from({ length: 40 }, (_, index) => index),
    );
  });

  test('may be asked for by many at once', async () => {
    const file = newFile();
    writeFileSync(file, lineOf(1));
    const { lines, parsed } = counting(file);
    const reads = await Promise.all([1, 2, 3].map(() => lines.read()));
    assert.deepEqual(
      reads.map(({ values }) => values),
      [[1], [1], [1]],
    );
    assert.deepEqual(parsed, [1]);
  });

  test('can be read one by one', async () => {
    const file = newFile();
    writeFileSync(file, lineOf(1, 'ä') + lineOf(2, 'ö'));
    const lines = new GrowingLines(file, schema, (_, position) => position);
    const { values } = await lines.read();
    assert.equal((await lines.readLine(values[1])).toString(), lineOf(2, 'ö'));
    rmSync(file);
    assert.equal((await lines.readLine(values[1])).length, 0);
  });
});

describe('the end of a file', () => {
  test('has as many whole lines as were written, over chunks', async () => {
    const file = newFile();
    assert.equal(await countLines(file), 0);
    writeFileSync(file, '');
    assert.equal(await countLines(file), 0);
    const long = lineOf(1, 'x'.repeat(600_000));
    writeFileSync(file, `${long}${long}\n\n${long}torn`);
    assert.equal(await countLines(file), 5);
  });

  test('gives its last whole lines, without what is damaged', async () => {
    const file = newFile();
    assert.deepEqual(await readLastLines(file, schema), []);
    writeFileSync(file, `${lineOf(1)}damaged\n${lineOf(2)}${lineOf(3).slice(0, -1)}`);
    assert.deepEqual(
      (await readLastLines(file, schema)).map(({ index }) => index),
      [1, 2],
    );
    writeFileSync(file, Array.from({ length: 20_000 }, (_, index) => lineOf(index)).join(''));
    const last = (await readLastLines(file, schema)).map(({ index }) => index);
    assert.ok(last.length > 1000 && last.length < 20_000);
    assert.deepEqual(
      last,
      Array.from({ length: last.length }, (_, index) => 20_000 - last.length + index),
    );
  });
});
