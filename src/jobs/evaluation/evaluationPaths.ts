import path from 'node:path';

/** Where the two files of an evaluation lie in a run's folder. */
export function evaluationPaths(runPath: string): { readonly record: string; readonly predictions: string } {
  return {
    record: path.join(runPath, 'evaluation.json'),
    predictions: path.join(runPath, 'predictions.safetensors'),
  };
}
