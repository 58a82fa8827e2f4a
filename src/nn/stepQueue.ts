import type { Device, DeviceTensor } from '../engine/devices/device.ts';
import { release } from '../engine/devices/release.ts';
import { stackTensors, tensorAt } from '../engine/stackTensors.ts';
import { sizeOf, type HostTensor } from '../engine/tensor.ts';
import type { StepProgram } from './stepProgram.ts';
import type { Trainer } from './trainer.ts';

/** A training step that is to be taken. */
export interface AskedStep<T> {
  readonly trainer: Trainer;
  readonly program: StepProgram;
  /** The queue disposes of tensors that are on the device already. */
  readonly batch: Readonly<Record<string, HostTensor | DeviceTensor>>;
  readonly learningRate: number;
  /** What its results come back with. */
  readonly label: T;
}

/** A step that was taken, and the numbers that it told: the loss and scalar reports. */
export interface TakenStep<T> {
  readonly label: T;
  readonly values: Readonly<Record<string, number>>;
}

export interface StepQueueOptions {
  /** Whether somebody waits for results, say to show them; asked after every step. */
  readonly isReadingDue?: () => boolean;
}

/** Results are read after so many steps at the latest, and so many steps are put into one program at most. */
const MOST_STEPS = 16;

/** Bytes of the batches that one program is given. */
const MOST_BYTES = 256 * 2 ** 20;

interface UnreadStep<T> {
  readonly label: T;
  readonly results: Readonly<Record<string, DeviceTensor>>;
}

/**
 * Takes training steps in the order in which they are asked for, as the device does them best, and tells their results in
 * that order:
 * - where results stay on the device, a step is taken at once; its results are read together with those of others,
 *   since reading makes the host wait for all that the device has been given;
 * - where they do not, steps are put off and taken in one program, so that weights cross once for many steps;
 * - on the processor a step is taken, and its results are read, at once.
 */
export class StepQueue<T> {
  private readonly device: Device;
  private readonly isReadingDue: () => boolean;
  private readonly isReadingFree: boolean;
  /** Asked for; all of one trainer and program. */
  private waiting: AskedStep<T>[] = [];
  /** Taken, with results on the device. */
  private unread: UnreadStep<T>[] = [];
  /** Read, and not told yet. */
  private known: TakenStep<T>[] = [];

  constructor(device: Device, { isReadingDue = () => false }: StepQueueOptions = {}) {
    this.device = device;
    this.isReadingDue = isReadingDue;
    this.isReadingFree = device.name === 'cpu' || device.name === 'reference';
  }

  /** Asks for a step; returns what has become known of this one and those before it. */
  async add(step: AskedStep<T>): Promise<readonly TakenStep<T>[]> {
    const first = this.waiting.at(0);
    if (first && (first.trainer !== step.trainer || first.program !== step.program)) await this.advance();
    this.waiting.push(step);
    if (this.device.keepsState || this.waiting.length >= this.longestLoop(step)) await this.advance();
    if (this.isReadingFree || this.unread.length >= MOST_STEPS || this.isReadingDue()) await this.read();
    return this.tell();
  }

  /** Takes all steps that were asked for, so that the trainers' tensors are those after them. */
  async advance(): Promise<void> {
    const steps = this.waiting;
    this.waiting = [];
    if (steps.length === 1) await this.takeOne(steps[0]);
    else if (steps.length > 1) await this.takeLoop(steps);
  }

  /** Takes all steps that were asked for; returns the results that were not told yet. */
  async flush(): Promise<readonly TakenStep<T>[]> {
    await this.advance();
    await this.read();
    return this.tell();
  }

  /** Forgets steps that were not taken, and results that were not read. */
  dispose(): void {
    for (const { batch } of this.waiting) release(tensorsOnDevice(batch));
    for (const { results } of this.unread) release(results);
    [this.waiting, this.unread, this.known] = [[], [], []];
  }

  private async takeOne({ trainer, program, batch, learningRate, label }: AskedStep<T>): Promise<void> {
    const names = Object.keys(batch);
    const inputs = tensorsOnDevice(batch);
    try {
      for (const [name, tensor] of Object.entries(batch)) {
        if (!isOnDevice(tensor)) inputs[name] = await this.device.upload(tensor);
      }
      const results = await trainer.run(await program.of(1, names), inputs, learningRate);
      this.unread.push({ label, results });
    } finally {
      release(inputs);
    }
  }

  private async takeLoop(steps: readonly AskedStep<T>[]): Promise<void> {
    const [{ trainer, program, batch }] = steps;
    const names = Object.keys(batch);
    const inputs: Record<string, DeviceTensor> = {};
    const stacks: Record<string, HostTensor> = {};
    try {
      for (const name of names) inputs[name] = await this.device.upload(await stackOf(steps, name));
      const rates = steps.map(({ learningRate }) => learningRate);
      const results = await trainer.runLoop(await program.of(steps.length, names), inputs, rates);
      for (const [name, tensor] of Object.entries(results)) stacks[name] = await tensor.read();
      release(results);
    } finally {
      release(inputs);
      for (const { batch: given } of steps) release(tensorsOnDevice(given));
    }
    // Those before them are told before them.
    await this.read();
    steps.forEach(({ label }, index) => {
      const rows = Object.entries(stacks).map(([name, stack]) => [name, tensorAt(stack, index)] as const);
      this.known.push({ label, values: numbersOf(rows) });
    });
  }

  private async read(): Promise<void> {
    for (let step = this.unread.at(0); step; step = this.unread.at(0)) {
      const tensors: [string, HostTensor][] = [];
      for (const [name, tensor] of Object.entries(step.results)) tensors.push([name, await tensor.read()]);
      this.unread.shift();
      release(step.results);
      this.known.push({ label: step.label, values: numbersOf(tensors) });
    }
  }

  private tell(): readonly TakenStep<T>[] {
    const { known } = this;
    this.known = [];
    return known;
  }

  private longestLoop({ batch }: AskedStep<T>): number {
    const bytes = Object.values(batch).reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    const fitting = Math.max(1, Math.floor(MOST_BYTES / bytes));
    return Math.min(MOST_STEPS, fitting, this.device.longestLoop ?? Infinity);
  }
}

/** One tensor of all steps' batches, `[steps, ...shape]`. */
async function stackOf<T>(steps: readonly AskedStep<T>[], name: string): Promise<HostTensor> {
  const tensors: HostTensor[] = [];
  for (const { batch } of steps) {
    const tensor = batch[name];
    tensors.push(isOnDevice(tensor) ? await tensor.read() : tensor);
  }
  return stackTensors(tensors);
}

function numbersOf(tensors: Iterable<readonly [string, HostTensor]>): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const [name, { shape, data }] of tensors) if (sizeOf(shape) === 1) numbers[name] = data[0];
  return numbers;
}

function isOnDevice(tensor: HostTensor | DeviceTensor): tensor is DeviceTensor {
  return 'read' in tensor;
}

function tensorsOnDevice(batch: AskedStep<unknown>['batch']): Record<string, DeviceTensor> {
  const tensors: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(batch)) if (isOnDevice(tensor)) tensors[name] = tensor;
  return tensors;
}
