/** The learning rate of an epoch, counted from 0. */
export type LearningRateSchedule = (epoch: number) => number;

/** MedMNIST's schedule: a tenth after half of the epochs, a hundredth after three quarters. */
export function medmnistSchedule(learningRate: number, epochs: number): LearningRateSchedule {
  const milestones = [0.5 * epochs, 0.75 * epochs];
  return (epoch) => learningRate * 0.1 ** milestones.filter((milestone) => epoch >= milestone).length;
}

export interface CosineOptions {
  readonly learningRate: number;
  readonly epochs: number;
  readonly warmupEpochs: number;
  readonly warmupRate: number;
  readonly minimumRate: number;
}

/**
 * DeiT's schedule (timm's cosine scheduler): linear from `warmupRate`, then half a cosine from `learningRate` down to
 * `minimumRate`, its phase counted from epoch 0 and not from the end of the warm-up.
 */
export function cosineSchedule(options: CosineOptions): LearningRateSchedule {
  const { learningRate, epochs, warmupEpochs, warmupRate, minimumRate } = options;
  return (epoch) => {
    if (epoch < warmupEpochs) return warmupRate + ((learningRate - warmupRate) * epoch) / warmupEpochs;
    const phase = Math.min(1, epoch / epochs);
    return minimumRate + 0.5 * (learningRate - minimumRate) * (1 + Math.cos(Math.PI * phase));
  };
}
