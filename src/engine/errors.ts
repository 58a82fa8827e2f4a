import { formatShape, type Shape } from './tensor.ts';

/** A program that cannot be built: shapes, types or attributes of an operation do not fit. Thrown while tracing. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  /** @param operation the op's name, @param problem what does not fit, @param shapes the operands' shapes */
  constructor(operation: string, problem: string, shapes: readonly Shape[]) {
    super(`${operation}: ${problem} (operands: ${shapes.map(formatShape).join(', ')}).`);
  }
}

/**
 * How a device failed. `lost`: it is gone for this process (a driver reset, a graphics card taken away);
 * `out-of-memory`: a tensor is larger than what is left, or than the device can hold; `failed`: anything else.
 */
export type DeviceFailure = 'failed' | 'lost' | 'out-of-memory';

/** A device that cannot do what was asked of it: it does not start, has no such kernel, or was lost. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly failure: DeviceFailure;

  constructor(message: string, options: ErrorOptions & { readonly failure?: DeviceFailure } = {}) {
    super(message, options);
    this.failure = options.failure ?? 'failed';
  }
}

/** A run of a program without one of its inputs. */
export function missingInput(name: string): DeviceError {
  return new DeviceError(`The program's input '${name}' was not given.`);
}

export function misshapenInput(name: string, expected: Shape, found: Shape): DeviceError {
  return new DeviceError(
    `The program's input '${name}' must be of shape ${formatShape(expected)}, not ${formatShape(found)}.`,
  );
}
