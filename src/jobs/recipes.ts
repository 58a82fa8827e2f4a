import { adam, decaysInTimm, type Optimizer } from '../nn/optimizers.ts';
import { cosineSchedule, medmnistSchedule, type LearningRateSchedule } from '../nn/schedules.ts';
import type { Recipe } from '../protocol/settings.ts';

/** How a classifier's weights are moved. */
export interface TrainingRecipe {
  readonly optimizer: Optimizer;
  readonly schedule: (learningRate: number, epochs: number) => LearningRateSchedule;
}

/** DeiT's (facebookresearch/deit, main.py), for 300 epochs; of fewer, the warm-up is at most a tenth. */
const DEIT = { weightDecay: 0.05, warmupEpochs: 5, warmupRate: 1e-6, minimumRate: 1e-5 } as const;

const RECIPES: Readonly<Record<Recipe, TrainingRecipe>> = {
  medmnist: { optimizer: adam(), schedule: medmnistSchedule },
  deit: {
    optimizer: adam({ weightDecay: DEIT.weightDecay, decays: decaysInTimm }),
    schedule: (learningRate, epochs) =>
      cosineSchedule({
        learningRate,
        epochs,
        warmupEpochs: Math.min(DEIT.warmupEpochs, Math.floor(epochs / 10)),
        warmupRate: Math.min(DEIT.warmupRate, learningRate),
        minimumRate: Math.min(DEIT.minimumRate, learningRate),
      }),
  },
};

export function recipeOf(recipe: Recipe): TrainingRecipe {
  return RECIPES[recipe];
}
