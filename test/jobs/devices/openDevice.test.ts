import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { openDevice, parseDeviceChoice } from '../../../src/jobs/devices/openDevice.ts';
import { openRecordedDevice } from '../../../src/jobs/devices/openRecordedDevice.ts';
import { reportDevice, surveyDevices } from '../../../src/jobs/devices/surveyDevices.ts';
import { vulkanDrivers } from '../../../src/jobs/devices/vulkanDrivers.ts';
import type { DeviceSurvey } from '../../../src/protocol/devices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
process.env.TSYND_FOLDER = folder;
const cache = path.join(folder, 'cache/devices.json');

/** A Vulkan driver that needs no GPU; it comes with Debian's chromium. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const variable = process.env.VK_ICD_FILENAMES;
afterEach(() => {
  if (variable === undefined) delete process.env.VK_ICD_FILENAMES;
  else process.env.VK_ICD_FILENAMES = variable;
});

const isLinux = process.platform === 'linux';
const hasNoDriver = isLinux && vulkanDrivers().length === 0;

test('a name that no device has is refused', () => {
  assert.equal(parseDeviceChoice('tensorflow'), 'tensorflow');
  assert.throws(() => parseDeviceChoice('quantum'), {
    code: 'device/unknown',
    remedy: /auto, cpu, webgpu, cuda/,
  });
});

test('the processor is opened with the threads that were asked for', async () => {
  const { device, threads, reason } = await openDevice('cpu', 3);
  assert.equal(threads, 3);
  assert.equal(device.name, 'cpu');
  assert.match(device.description, /, 3 threads$/);
  assert.equal(reason, undefined);
  await device.dispose();
});

test(
  'a device that this kind of machine cannot have is refused',
  { skip: !isLinux && 'for Linux' },
  async () => {
    for (const name of ['dml', 'coreml'] as const) {
      await assert.rejects(openDevice(name), {
        code: 'device/unavailable',
        message: new RegExp(
          `^The device '${name}' cannot be used: it is made for (Windows|macOS), and this is linux on `,
        ),
        remedy: /--device cpu/,
      });
    }
  },
);

test(
  'a device that is not installed is refused with how to get it',
  { skip: !(isLinux && process.arch === 'x64') && 'for Linux on x64' },
  async () => {
    await assert.rejects(openDevice('tensorflow'), {
      code: 'device/unavailable',
      message: /TensorFlow is not installed/,
      remedy: /tsynd devices --install tensorflow.*CUDA 11\.2 and cuDNN 8\.1/,
    });
  },
);

test(
  'auto takes the processor where nothing else is there, and says so',
  { skip: !hasNoDriver && 'this machine has a Vulkan driver' },
  async () => {
    const { device, reason, warning } = await openDevice('auto', 1);
    assert.equal(device.name, 'cpu');
    assert.match(reason ?? '', /no Vulkan driver is installed/);
    assert.equal(warning, undefined);
    await device.dispose();
    assert.ok(!existsSync(cache), 'There is nothing to measure.');
  },
);

test(
  'a survey tries what is there, and is not made again until something changes',
  { skip: !hasNoDriver && 'this machine has a Vulkan driver' },
  async () => {
    const tried: string[] = [];
    const survey = await surveyDevices({ threads: 1, onDevice: (name) => tried.push(name) });
    assert.deepEqual(tried, ['cpu']);
    assert.equal(survey.chosen, 'cpu');
    const [cpu, ...others] = survey.devices;
    assert.ok(cpu.isAvailable, cpu.problem);
    assert.ok((cpu.stepMs ?? 0) > 0);
    assert.ok((cpu.error ?? 1) < 1e-4);
    for (const { isAvailable, problem, remedy } of others) {
      assert.equal(isAvailable, false);
      assert.ok(problem !== undefined && remedy !== undefined);
    }
    assert.deepEqual(await surveyDevices({ threads: 1, onDevice: (name) => tried.push(name) }), survey);
    assert.deepEqual(tried, ['cpu']);
    const refreshed = await surveyDevices({
      threads: 1,
      refresh: true,
      onDevice: (name) => tried.push(name),
    });
    assert.deepEqual(tried, ['cpu', 'cpu']);
    assert.notEqual(refreshed.measuredAt, survey.measuredAt);
  },
);

test(
  'the software driver computes rightly, and auto warns of one that does not',
  { skip: !existsSync(SOFTWARE_DRIVER) && 'no software driver' },
  async () => {
    process.env.VK_ICD_FILENAMES = SOFTWARE_DRIVER;
    const report = await reportDevice('webgpu', { threads: 1 });
    assert.ok(report.isAvailable, report.problem);
    assert.ok((report.error ?? 1) < 1e-3);

    // A driver's file that names no driver.
    const broken = path.join(folder, 'broken_icd.json');
    writeFileSync(broken, '{"file_format_version": "1.0.0", "ICD": {"library_path": "/nowhere.so"}}');
    process.env.VK_ICD_FILENAMES = broken;
    const { device, reason, warning } = await openDevice('auto', 1);
    assert.equal(device.name, 'cpu');
    assert.match(reason ?? '', /^webgpu cannot be used: /);
    assert.match(warning ?? '', /^The device 'webgpu' cannot be used: .* The processor is used\.$/);
    await device.dispose();
    const kept = JSON.parse(readFileSync(cache, 'utf8')) as { verdicts: { survey: DeviceSurvey }[] };
    assert.equal(kept.verdicts[0].survey.reason, reason);
  },
);

test('what was begun on a device goes on on it', async () => {
  const { device, threads } = await openRecordedDevice({ name: 'cpu', threads: 2 }, 'Run 1');
  assert.equal(device.name, 'cpu');
  assert.equal(threads, 2);
  await device.dispose();
});

test(
  'a run of another machine is not continued on another device',
  { skip: !isLinux && 'for Linux' },
  async () => {
    await assert.rejects(openRecordedDevice({ name: 'coreml', threads: 2 }, 'Run 1'), {
      code: 'device/unavailable',
      message: /^Run 1 was made on the device 'coreml', which cannot be used here: it is made for macOS/,
    });
    await assert.rejects(openRecordedDevice({ name: 'quantum', threads: 2 }, 'Run 1'), {
      code: 'device/unknown',
      message: "Run 1 was made on the device 'quantum', which this version of TSynD does not know.",
    });
  },
);
