import { formatShape, type Shape } from './tensor.ts';

/** A program that cannot be built: shapes, types or attributes of an operation do not fit. Thrown while tracing. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';

  /** @param operation the op's name, @param problem what does not fit, @param shapes the operands' shapes */
  constructor(operation: string, problem: string, shapes: readonly Shape[]) {
    super(`${operation}: ${problem} (operands: ${shapes.map(formatShape).join(', ')}).`);
  }
}

/** A device that cannot do what was asked of it: it does not start, has no such kernel, or was lost. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
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
