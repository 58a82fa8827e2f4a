import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { loadWebgpuChecks } from '../../support/webgpuChecks.ts';
import { MISUSES } from '../../support/webgpuMisuse.ts';
import type { WebgpuReport } from '../../support/webgpuChild.ts';

const MISUSE = path.resolve(import.meta.dirname, '../../support/webgpuMisuse.ts');
const CHILD = path.resolve(import.meta.dirname, '../../support/webgpuChild.ts');

/** A Vulkan driver that needs no GPU; it comes with Debian's chromium. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

interface Outcome {
  /** How each check that ended did, by its name. */
  readonly ended: ReadonlyMap<string, Extract<WebgpuReport, { ended: string }>>;
  readonly unavailable: string | undefined;
  /** Why there may be checks that did not end. */
  readonly lastWords: string;
}

const hasDriver = process.env.VK_ICD_FILENAMES !== undefined || existsSync(SOFTWARE_DRIVER);
const { ended, unavailable, lastWords } = await runChild();

// A machine without a GPU and without the software driver cannot run these; one with the driver must.
const skip = unavailable !== undefined && !hasDriver ? `WebGPU does not start: ${unavailable}` : false;

test('WebGPU starts', { skip }, () => assert.equal(unavailable, undefined));

for (const name of Object.keys(await loadWebgpuChecks())) {
  test(`webgpu: ${name}`, { skip: skip || (unavailable !== undefined && 'WebGPU did not start') }, () => {
    const outcome = ended.get(name);
    assert.ok(outcome, `The check did not end. ${lastWords}`);
    assert.ok(outcome.failure === undefined, outcome.failure);
  });
}

for (const name of Object.keys(MISUSES)) {
  test(
    `webgpu survives ${name}`,
    { skip: skip || (unavailable !== undefined && 'WebGPU did not start') },
    () => {
      const { status, signal, stdout, stderr } = spawnSync(
        process.execPath,
        ['--import', 'tsx', MISUSE, name],
        { env: childEnvironment(), encoding: 'utf8', timeout: 120_000, killSignal: 'SIGKILL' },
      );
      assert.deepEqual([stdout, status, signal], ['survived\n', 0, null], stderr);
    },
  );
}

function childEnvironment(): NodeJS.ProcessEnv {
  const driver = existsSync(SOFTWARE_DRIVER) ? { VK_ICD_FILENAMES: SOFTWARE_DRIVER } : {};
  return { ...driver, ...process.env };
}

async function runChild(): Promise<Outcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = new Promise<string>((resolve) => {
    child.on('close', (code, signal) =>
      resolve(`The process ended with ${signal ?? `code ${code}`}. ${errors}`),
    );
  });

  const reports = new Map<string, Extract<WebgpuReport, { ended: string }>>();
  let reason: string | undefined;
  let running = 'nothing';
  for await (const line of createInterface({ input: child.stdout })) {
    const report = JSON.parse(line) as WebgpuReport;
    if ('unavailable' in report) reason = report.unavailable;
    else if ('started' in report) running = report.started;
    else reports.set(report.ended, report);
  }
  return { ended: reports, unavailable: reason, lastWords: `Last begun: ${running}. ${await closed}` };
}
