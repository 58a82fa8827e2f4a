import { DeviceError } from '../../errors.ts';

/** What TensorFlow.js threw, as a DeviceError. @param problem what TensorFlow.js could not do: 'cannot ...' */
export function toDeviceError(error: unknown, problem: string): DeviceError {
  if (error instanceof DeviceError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // TensorFlow's allocators begin with the first, the CUDA libraries with the others.
  const isFull = /\bOOM\b|ResourceExhausted|RESOURCE_EXHAUSTED|out of memory/i.test(message);
  return new DeviceError(`TensorFlow.js ${problem}: ${message}`, {
    failure: isFull ? 'out-of-memory' : 'failed',
    cause: error,
  });
}
