import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toDeviceError } from '../../../../src/engine/devices/onnxRuntime/toDeviceError.ts';
import { DeviceError } from '../../../../src/engine/errors.ts';

// What ONNX Runtime 1.30 was seen to throw when a Vulkan driver failed on purpose.
const BUFFER_MANAGER =
  '/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:641 void Download() const';
const SEEN = {
  [`${BUFFER_MANAGER} map_async_result.status == wgpu::MapAsyncStatus::Success was false. Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.\n`]:
    'lost',
  [`${BUFFER_MANAGER} [ONNXRuntimeError] : 1 : FAIL : Failed to wait for the operation:2`]: 'lost',
  'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[2]':
    'out-of-memory',
  [`${BUFFER_MANAGER} wgpu::MapAsyncStatus value: 3, message: [Invalid Buffer (unlabeled)] is invalid due to a previous error.`]:
    'out-of-memory',
  'Failed to create a WebGPU compute pipeline: CreateComputePipelines failed with VK_ERROR_OUT_OF_DEVICE_MEMORY':
    'out-of-memory',
  'numbers_storage_buffers_ <= limits_.maxStorageBuffersPerShaderStage was false. Too many storage buffers in shader. Current: 18, Max is 12':
    'out-of-memory',
  'Failed to get a WebGPU adapter: No supported adapters': 'failed',
  'Session already disposed.': 'failed',
} as const;

test('what the runtime says is told apart by what it means', () => {
  for (const [message, failure] of Object.entries(SEEN)) {
    const error = toDeviceError(new Error(message), "Reading on 'webgpu'");
    assert.equal(error.failure, failure, message);
    assert.ok(error.message.startsWith("Reading on 'webgpu' failed: "), error.message);
    assert.ok(!error.message.includes('onnxruntime_src') || !message.includes(' was false. '), error.message);
  }
});

test('an error that was told apart before stays as it is', () => {
  const error = new DeviceError('gone', { failure: 'lost' });
  assert.equal(toDeviceError(error, 'Reading'), error);
});
