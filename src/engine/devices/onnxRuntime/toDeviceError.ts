import { DeviceError, type DeviceFailure } from '../../errors.ts';

/**
 * What ONNX Runtime and the drivers below it say, by what it means. They give no codes: Dawn's WebGPU says
 * '[Device] is lost', or that a wait failed in the call in which it happens; a buffer that could not be made is invalid
 * wherever it is used; a tensor beyond the largest binding is split over several bindings until there are too many.
 */
const MEANINGS: readonly (readonly [RegExp, DeviceFailure])[] = [
  [/device\]? (is|was|has been) lost|device lost|failed to wait for the operation/i, 'lost'],
  [/VK_ERROR_DEVICE_LOST|DXGI_ERROR_DEVICE_(REMOVED|HUNG|RESET)|cudaErrorDevicesUnavailable/, 'lost'],
  [/\[Invalid Buffer[^\]]*\] is invalid due to a previous error/, 'out-of-memory'],
  [/OUT_OF_(DEVICE|HOST)_MEMORY|E_OUTOFMEMORY|out of memory|cudaErrorMemoryAllocation/i, 'out-of-memory'],
  [/failed to allocate memory|bad_alloc|array buffer allocation failed/i, 'out-of-memory'],
  [/too many storage buffers|maxStorageBufferBindingSize|max buffer size limit/i, 'out-of-memory'],
];

const CONSEQUENCES: Readonly<Record<DeviceFailure, string>> = {
  failed: '',
  lost: 'the device was lost: ',
  'out-of-memory': 'there is no memory for a tensor of that size: ',
};

/** What ONNX Runtime threw, as a DeviceError. @param what was being done and where, e.g. "Running on 'webgpu'" */
export function toDeviceError(error: unknown, what: string): DeviceError {
  if (error instanceof DeviceError) return error;
  const message = withoutPlace(error instanceof Error ? error.message : String(error));
  const failure = MEANINGS.find(([pattern]) => pattern.test(message))?.[1] ?? 'failed';
  return new DeviceError(`${what} failed: ${CONSEQUENCES[failure]}${message}`, { failure, cause: error });
}

/** The first line of a message, without the file of ONNX Runtime and the condition that failed there. */
function withoutPlace(message: string): string {
  return (message.split('\n', 1)[0].split(' was false. ').at(-1) ?? message).trim();
}
