import assert from 'node:assert/strict';
import { test } from 'node:test';

import { gpuReport } from '../../bench/gpuReport.ts';
import type { DeviceResults, GpuResults } from '../../bench/gpuReports.ts';

const CARD = { torch: '2.0.0', threads: 2, blas: 'mkl', device: 'Card 1', cuda: '12.1', cudnn: 8900 };

const cuda: DeviceResults = {
  name: 'cuda',
  problem: 'ended with SIGSEGV: out of luck',
  reports: [
    { type: 'device', description: 'ONNX Runtime 1, CUDA' },
    { type: 'opFailure', op: 'erf', message: 'too far\nfrom the reference' },
    { type: 'ops', passed: 58 },
    { type: 'peer', label: 'float32', facts: { ...CARD, tf32: false } },
    { type: 'peer', label: 'TF32', facts: { ...CARD, tf32: true } },
    { type: 'started', program: 'trainingStep', batchSize: 64 },
    {
      type: 'row',
      row: {
        name: 'trainingStep',
        batchSize: 64,
        compileMs: 250,
        ours: { ms: 5, runsMs: [5] },
        peers: { float32: { ms: 10, runsMs: [10] }, TF32: null },
      },
    },
    { type: 'failure', program: 'latentStep', batchSize: 512, message: 'no memory' },
  ],
};

function resultsWith(given: Partial<GpuResults>): GpuResults {
  return {
    date: '2026-01-31',
    hardware: 'Card 1',
    versions: { node: 'v20' },
    rounds: 3,
    devices: [],
    ...given,
  };
}

test('a device has its row of ops and its table of times against every peer', () => {
  const lines = gpuReport(resultsWith({ devices: [cuda] })).split('\n');
  assert.ok(
    lines.includes('| `cuda` | ONNX Runtime 1, CUDA | 58 | erf: too far; ended with SIGSEGV: out of luck |'),
  );
  assert.ok(lines.includes('| program | batch | ours | float32 | ratio | TF32 | ratio | compile |'));
  assert.ok(lines.includes('| `trainingStep` | 64 | 5.00 ms | 10.0 ms | 2.00 | failed | - | 250 ms |'));
  assert.ok(lines.includes('- latentStep, batch 512, failed: no memory'));
  assert.ok(lines.includes('- TF32: torch 2.0.0, CUDA 12.1, cuDNN 8900, on Card 1'));
});

test('a device that does not start is told with its reason, and has no table', () => {
  const absent: DeviceResults = {
    name: 'webgpu',
    reports: [{ type: 'unavailable', message: 'There is no adapter.' }],
  };
  const report = gpuReport(resultsWith({ devices: [absent] }));
  assert.ok(report.includes('| `webgpu` | did not start | - | There is no adapter. |'));
  assert.ok(!report.includes('## webgpu'));
});

test('the experiment is told with its time, its end, or why it was left out', () => {
  const experiment = { file: 'table.yaml', device: 'cuda', seconds: 90, exitCode: 0 };
  assert.match(
    gpuReport(resultsWith({ experiment })),
    /`table\.yaml` on `cuda` finished after 1\.5 minutes\./,
  );
  assert.match(
    gpuReport(resultsWith({ experiment: { ...experiment, exitCode: 2 } })),
    /ended with code 2 after/,
  );
  assert.match(
    gpuReport(resultsWith({ experiment: { skipped: 'no data' } })),
    /## The whole experiment\n\nLeft out: no data\n/,
  );
});
