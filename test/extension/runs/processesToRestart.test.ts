import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ProcessStatus } from '../../../src/extension/processes/processClient.ts';
import { processesToRestart } from '../../../src/extension/runs/processesToRestart.ts';

const READY: ProcessStatus = { health: 'ready', pid: 1 };
const CRASHED: ProcessStatus = { health: 'crashed', message: 'It crashed.' };
const FAILED: ProcessStatus = { health: 'failed', message: 'It crashed too often.' };

describe('processesToRestart', () => {
  test('are those that are down, so that a run trains on', () => {
    assert.deepEqual(processesToRestart({ library: FAILED, compute: READY }), ['library']);
    assert.deepEqual(processesToRestart({ library: CRASHED, compute: READY }), ['library']);
    assert.deepEqual(processesToRestart({ library: READY, compute: FAILED }), ['compute']);
    assert.deepEqual(processesToRestart({ library: CRASHED, compute: FAILED }), ['library', 'compute']);
  });

  test('are both where none is down: what hangs may say that it is well', () => {
    assert.deepEqual(processesToRestart({ library: READY, compute: READY }), ['library', 'compute']);
    assert.deepEqual(processesToRestart({ library: { health: 'idle' }, compute: READY }), [
      'library',
      'compute',
    ]);
  });
});
