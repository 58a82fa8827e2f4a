import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';

import { openDevice, parseDeviceChoice } from '../../../src/jobs/devices/openDevice.ts';
import { openRecordedDevice } from '../../../src/jobs/devices/openRecordedDevice.ts';
import { reportDevice, surveyDevices } from '../../../src/jobs/devices/surveyDevices.ts';
import { machineFacts } from '../../../src/jobs/devices/machineFacts.ts';
import { vulkanDrivers } from '../../../src/jobs/devices/vulkanDrivers.ts';
import { writeVerdict } from '../../../src/jobs/devices/verdictCache.ts';
import type { DeviceName, DeviceSurvey } from '../../../src/protocol/devices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { installStandIn, standIn } from '../../support/tensorFlowStandIn.ts';

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
    const request = { threads: 1, onDevice: (name: DeviceName) => tried.push(name) };
    const [survey, other] = await Promise.all([surveyDevices(request), surveyDevices(request)]);
    assert.deepEqual(tried, ['cpu'], 'Who asks meanwhile waits for the answer.');
    assert.deepEqual(other, survey);
    assert.equal(survey.chosen, 'cpu');
    const [cpu, ...others] = survey.devices;
    assert.ok(cpu.isAvailable, cpu.problem);
    assert.ok((cpu.stepMs ?? 0) > 0);
    assert.ok((cpu.error ?? 1) < 1e-4);
    for (const { isAvailable, problem, remedy } of others) {
      assert.equal(isAvailable, false);
      assert.ok(problem !== undefined && remedy !== undefined);
    }
    assert.deepEqual(await surveyDevices(request), survey);
    assert.deepEqual(tried, ['cpu']);
    const refreshed = await surveyDevices({ ...request, refresh: true });
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
    const tried: string[] = [];
    const { device, reason, warning } = await openDevice('auto', 1, { onDevice: (name) => tried.push(name) });
    assert.deepEqual(tried, ['cpu', 'webgpu']);
    assert.equal(device.name, 'cpu');
    assert.match(reason ?? '', /^webgpu cannot be used: /);
    assert.match(warning ?? '', /^The device 'webgpu' cannot be used: .* The processor is used\.$/);
    await device.dispose();
    const kept = JSON.parse(readFileSync(cache, 'utf8')) as { verdicts: { survey: DeviceSurvey }[] };
    assert.equal(kept.verdicts[0].survey.reason, reason);
  },
);

test(
  'auto does not take a processor that fails its self-test',
  { skip: !isLinux && 'for Linux' },
  async () => {
    const icd = path.join(folder, 'some_icd.json');
    writeFileSync(icd, '{}');
    process.env.VK_ICD_FILENAMES = icd;
    const report = { isAvailable: false, description: '', problem: 'its self-test is off.' };
    const devices = [
      { ...report, name: 'cpu' as const },
      { ...report, name: 'webgpu' as const },
    ];
    const survey = { devices, chosen: 'cpu' as const, reason: '', measuredAt: new Date().toISOString() };
    await writeVerdict(await machineFacts(1), survey);
    await assert.rejects(openDevice('auto', 1), {
      code: 'device/unavailable',
      message: "The device 'cpu' cannot be used: its self-test is off.",
      remedy: /untried where it is named \(on the command line: --device cpu\)\.$/,
    });
  },
);

test(
  'TensorFlow without a graphics card is opened where it is named, with a warning',
  { skip: !(isLinux && process.arch === 'x64') && 'for Linux on x64' },
  async () => {
    await installStandIn(path.join(folder, 'data/tensorflow'), { main: standIn(false) });
    const { device, warning } = await openDevice('tensorflow', 1);
    assert.match(device.description, /finds no GPU/);
    assert.match(
      warning ?? '',
      /^TensorFlow finds no graphics card, and computes on the processor\. .*CUDA 11\.2/,
    );
    await device.dispose();
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
