import type { DeviceTensor } from '../engine/devices/device.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { isStuck } from '../nn/lossScale.ts';
import type { Trainer } from '../nn/trainer.ts';
import { TsyndError } from '../protocol/errors.ts';

type Results = Readonly<Record<string, DeviceTensor>>;

/** A scalar result of a program. */
export async function readNumber(results: Results, name: string): Promise<number> {
  return (await results[name].read()).data[0];
}

/** All elements of a float result. */
export async function readFloats(results: Results, name: string): Promise<Float32Array> {
  return Float32Array.from((await results[name].read()).data);
}

/** The loss of a step. Throws TsyndError 'training/diverged' when it is not a finite number. */
export function finiteLoss(
  { loss }: Readonly<Record<string, number>>,
  network: 'autoencoder' | 'classifier',
  step: number,
): number {
  if (Number.isFinite(loss)) return loss;
  throw new TsyndError('training/diverged', `The ${network}'s loss became ${loss} at step ${step}.`, {
    remedy: 'Train with a lower learning rate, and check the dataset for images without content.',
    details: { network, step },
  });
}

/**
 * A copy of all that the trainer's next step depends on. Throws TsyndError 'training/diverged' where half precision lets
 * no step change it any more.
 */
export async function snapshotOf(
  trainer: Trainer,
  network: 'autoencoder' | 'classifier',
): Promise<Map<string, HostTensor>> {
  const snapshot = await trainer.snapshot();
  if (!isStuck(snapshot)) return snapshot;
  throw new TsyndError(
    'training/diverged',
    `The ${network}'s gradients leave the range of half precision at step ${trainer.step}, however the loss is scaled.`,
    {
      remedy: 'Train with the precision float32, or with a lower learning rate.',
      details: { network, step: trainer.step },
    },
  );
}
