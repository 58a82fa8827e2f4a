import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chooseDevice } from '../../../src/jobs/devices/chooseDevice.ts';
import type { DeviceName, DeviceReport } from '../../../src/protocol/devices.ts';

function works(name: DeviceName, stepMs?: number): DeviceReport {
  return {
    name,
    description: name,
    isAvailable: true,
    error: 1e-6,
    ...(stepMs === undefined ? {} : { stepMs }),
  };
}

function fails(name: DeviceName, problem: string): DeviceReport {
  return { name, description: name, isAvailable: false, problem };
}

const notInstalled: DeviceReport = {
  ...fails('tensorflow', 'TensorFlow is not installed.'),
  install: 'tensorflow',
};

const CASES: readonly (readonly [
  what: string,
  devices: readonly DeviceReport[],
  chosen: DeviceName,
  reason: string,
])[] = [
  ['nothing but the processor', [works('cpu', 30)], 'cpu', 'there is no other device here.'],
  [
    'a graphics card that is faster',
    [works('cpu', 30), works('webgpu', 12.34)],
    'webgpu',
    'webgpu is the fastest one: a training step takes 12 ms on webgpu, 30 ms on cpu (4 threads).',
  ],
  [
    'one that is slower',
    [works('cpu', 30), works('webgpu', 1234.5)],
    'cpu',
    'cpu is the fastest one: a training step takes 30 ms on cpu (4 threads), 1235 ms on webgpu.',
  ],
  [
    'the fastest fails',
    [works('cpu', 30), works('webgpu', 20), fails('cuda', 'its process ended with SIGABRT.')],
    'webgpu',
    'webgpu is the fastest one: a training step takes 20 ms on webgpu, 30 ms on cpu (4 threads); cuda cannot be used: its process ended with SIGABRT.',
  ],
  [
    'all others fail',
    [works('cpu', 30), fails('webgpu', 'no Vulkan driver is installed.')],
    'cpu',
    'webgpu cannot be used: no Vulkan driver is installed.',
  ],
  [
    'what is not installed is no failure',
    [works('cpu', 30), notInstalled],
    'cpu',
    'there is no other device here.',
  ],
  [
    'one that works and was too slow to be timed',
    [works('cpu', 30), works('webgpu')],
    'cpu',
    'webgpu is too slow to be timed.',
  ],
  [
    'a processor that fails where a card works',
    [fails('cpu', 'its self-test is off.'), works('webgpu', 20)],
    'webgpu',
    'a training step takes 20 ms on webgpu; cpu cannot be used: its self-test is off.',
  ],
  [
    'a processor that fails alone',
    [fails('cpu', 'its self-test is off.')],
    'cpu',
    'cpu cannot be used: its self-test is off.',
  ],
];

for (const [what, devices, chosen, reason] of CASES) {
  test(`auto: ${what}`, () => assert.deepEqual(chooseDevice(devices, 4), { chosen, reason }));
}
