import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { randomKey, uniforms } from '../../src/engine/random.ts';
import { appendLines, readLines } from '../../src/runs/jsonLines.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
const schema = z.strictObject({ index: z.int(), loss: z.number().optional() });

function fileWith(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('appendLines', () => {
  test('adds whole lines, with keys in the order of the schema', async () => {
    const file = path.join(folder, 'new.jsonl');
    await appendLines(file, schema, [{ loss: 0.5, index: 1 }, { index: 2 }]);
    await appendLines(file, schema, [{ index: 3, loss: undefined }], { flush: true });
    assert.equal(readFileSync(file, 'utf8'), '{"index":1,"loss":0.5}\n{"index":2}\n{"index":3}\n');
    const { values, warnings } = await readLines(file, schema);
    assert.deepEqual(values, [{ index: 1, loss: 0.5 }, { index: 2 }, { index: 3 }]);
    assert.deepEqual(warnings, []);
  });

  test('never glues onto a torn line', async () => {
    const file = fileWith('glue.jsonl', '{"index":1}\n{"ind');
    await appendLines(file, schema, [{ index: 2 }]);
    assert.equal(readFileSync(file, 'utf8'), '{"index":1}\n{"index":2}\n');
  });

  test('ends a torn line instead of cutting it off where others may write', async () => {
    const file = fileWith('shared.jsonl', '{"index":1}\n{"ind');
    await appendLines(file, schema, [{ index: 2 }], { isShared: true });
    await appendLines(file, schema, [{ index: 3 }], { isShared: true });
    assert.equal(readFileSync(file, 'utf8'), '{"index":1}\n{"ind\n{"index":2}\n{"index":3}\n');
  });

  test('refuses values that break the schema, and writes none of the batch', async () => {
    const file = fileWith('refused.jsonl', '{"index":1}\n');
    await assert.rejects(appendLines(file, schema, [{ index: 2 }, { index: 3, loss: NaN }]), {
      code: 'internal',
      message: /refused\.jsonl breaks its format: loss: .*NaN/,
    });
    assert.equal(readFileSync(file, 'utf8'), '{"index":1}\n');
  });

  test('names the file that cannot be written', async () => {
    const file = path.join(folder, 'missing', 'x.jsonl');
    await assert.rejects(appendLines(file, schema, [{ index: 1 }]), {
      code: 'file/write',
      message: /missing.x\.jsonl/,
    });
  });

  const skip = !existsSync('/dev/full') && 'this system has no /dev/full';
  test('tells when the disk is full', { skip }, async () => {
    await assert.rejects(appendLines('/dev/full', schema, [{ index: 1 }]), {
      code: 'file/write',
      message: /disk is full/,
    });
  });
});

describe('readLines', () => {
  test('a file that does not exist has no lines', async () => {
    assert.deepEqual(await readLines(path.join(folder, 'none.jsonl'), schema), { values: [], warnings: [] });
    assert.deepEqual(await readLines(fileWith('empty.jsonl', ''), schema), { values: [], warnings: [] });
  });

  test('cut anywhere, a file gives its complete lines and one warning for the rest', async () => {
    const lines = ['{"index":1,"loss":0.25}\n', '{"index":22}\n', '{"index":333}\n'];
    const bytes = Buffer.from(lines.join(''));
    for (let length = 0; length <= bytes.length; length++) {
      const file = fileWith('cut.jsonl', bytes.toString('utf8', 0, length));
      const { values, warnings } = await readLines(file, schema);
      const complete = bytes.subarray(0, length).filter((byte) => byte === 0x0a).length;
      const isTorn = length > lines.slice(0, complete).join('').length;
      assert.deepEqual(
        values.map(({ index }) => index),
        [1, 22, 333].slice(0, complete),
      );
      assert.deepEqual(
        warnings,
        isTorn ? [`${file}: line ${complete + 1} was cut off while it was written; it is left out.`] : [],
      );
    }
  });

  test('a damaged line before the end is an error that names it', async () => {
    const cases: [string, RegExp][] = [
      ['{"index":1}\n{"ind\n{"index":3}\n', /line 2 is not JSON/],
      ['{"index":1}\n\n{"index":3}\n', /line 2 is not JSON/],
      ['{"index":1}\n{"index":"2"}\n', /line 2 breaks the format \(index: .*number/],
      ['{"index":1,"extra":2}\n', /line 1 breaks the format .*extra/],
      ['\0\0\0\n', /line 1 is not JSON/],
    ];
    for (const [text, message] of cases) {
      await assert.rejects(readLines(fileWith('damaged.jsonl', text), schema), {
        code: 'run/corrupt',
        message,
      });
    }
  });

  test('a file that cannot be read is an error, not an empty log', async () => {
    await assert.rejects(readLines(folder, schema), { code: 'run/corrupt', message: /^Could not read / });
  });
});

test('a process that is killed while appending leaves a log that can be read and continued', async () => {
  const file = path.join(folder, 'killed.jsonl');
  const script = path.join(import.meta.dirname, 'appendForever.ts');
  const line = z.strictObject({ index: z.int(), text: z.string() });
  let count = 0;
  for (const delay of uniforms(randomKey(2), 12, 0, 60)) {
    const child = spawn(process.execPath, ['--import', 'tsx', script, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(delay);
    child.kill('SIGKILL');
    await once(child, 'close');
    const { values } = await readLines(file, line);
    assert.ok(values.length > count, 'the child appended nothing');
    assert.deepEqual(
      values.map(({ index }) => index),
      [...values.keys()],
    );
    count = values.length;
    // A write that was cut in the middle, which a kill of this process alone rarely brings about.
    appendFileSync(file, readFileSync(file).subarray(0, 1 + (count % 10)));
  }
});
