import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { runProbe } from '../../../src/jobs/devices/runProbe.ts';
import type { DeviceReport } from '../../../src/protocol/devices.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
const CORRECT = '{"works":true,"description":"a device","error":1e-7}';
const TIMED = '{"works":true,"description":"a device","error":1e-7,"stepMs":12}';

/** Lets a process with this source answer for a device. */
async function probe(
  source: string,
  {
    answer = 60_000,
    timing = 60_000,
    signal,
  }: { answer?: number; timing?: number; signal?: AbortSignal } = {},
): Promise<DeviceReport> {
  const program = path.join(folder, 'probe.cjs');
  writeFileSync(program, source);
  return runProbe('webgpu', {
    threads: 1,
    isTimed: true,
    program: [program],
    limits: { answer, timing },
    signal,
  });
}

test('what a process says of its device is reported, whatever else it has written', async () => {
  const report = await probe(
    `console.log('Dawn 1.0 ready\\n${CORRECT}'); console.log('noise\\n${TIMED}\\nbye')`,
  );
  assert.deepEqual(report, {
    name: 'webgpu',
    description: 'a device',
    isAvailable: true,
    error: 1e-7,
    stepMs: 12,
  });
});

test('it is told which device, and how', async () => {
  const { problem } = await probe(
    "console.log(JSON.stringify({ works: false, problem: process.argv.slice(2).join(' ') + ' ' + process.env.ELECTRON_RUN_AS_NODE }))",
  );
  assert.equal(problem, 'webgpu {"threads":1,"isTimed":true} 1');
});

const FAILURES: readonly (readonly [what: string, source: string, problem: RegExp])[] = [
  [
    'a driver that aborts',
    "console.error('terminate called after throwing\\nwhat(): lost'); process.kill(process.pid, 'SIGABRT'); setTimeout(() => {}, 60000)",
    /^its process ended with SIGABRT: what\(\): lost\.$/,
  ],
  [
    'a crash after a correct result',
    `console.log('${CORRECT}'); setTimeout(() => process.exit(7), 50)`,
    /^its process ended with code 7\.$/,
  ],
  ['an exception', "throw new Error('no such adapter')", /^its process ended with code 1: .+\.$/],
  ['rubbish', "console.log('hello')", /^its process answered with 'hello'\.$/],
  [
    'an answer of another form',
    'console.log(\'{"works":"yes"}\')',
    /^its process answered with '\{"works":"yes"\}'\.$/,
  ],
  ['silence', '', /^its process answered with ''\.$/],
];
for (const [what, source, problem] of FAILURES) {
  test(`${what} costs a sentence`, async () => {
    const report = await probe(source);
    assert.equal(report.isAvailable, false);
    assert.match(report.problem ?? '', problem);
    assert.ok(report.remedy !== undefined && report.remedy !== '');
    assert.equal(report.stepMs, undefined);
  });
}

test('a driver that hangs is given up', async () => {
  const { isAvailable, problem } = await probe('setInterval(() => {}, 1000)', { answer: 300 });
  assert.equal(isAvailable, false);
  assert.equal(problem, 'it did not answer in 1 s.');
});

test('a device that computes rightly and is too slow to be timed works, without a time', async () => {
  const report = await probe(`console.log('${CORRECT}\\nslow'); setInterval(() => {}, 1000)`, {
    timing: 200,
  });
  assert.deepEqual(report, { name: 'webgpu', description: 'a device', isAvailable: true, error: 1e-7 });
});

test('a cancelled probe ends its process', async () => {
  const controller = new AbortController();
  const report = probe('setInterval(() => {}, 1000)', { signal: controller.signal });
  setTimeout(() => controller.abort(), 200);
  await assert.rejects(report, (error) => error instanceof TsyndError && error.code === 'cancelled');
  await assert.rejects(probe('', { signal: AbortSignal.abort() }), { code: 'cancelled' });
});
