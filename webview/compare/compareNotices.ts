import type { Notice, RunSummary } from '../../src/protocol/runSummary.ts';
import type { CompareState } from './compareState.ts';

/** What a person should know about what is shown before they read anything into it. */
export function compareNotices(
  { showsFiles, split }: Pick<CompareState, 'showsFiles' | 'split'>,
  runs: readonly [RunSummary, RunSummary],
  canExplain: boolean,
): readonly Notice[] {
  const notices: Notice[] = [];
  if (!canExplain) {
    notices.push({
      severity: 'warning',
      message:
        'Explanations are off in Restricted Mode, because they load model files of the workspace. Trust this workspace to see them.',
    });
  }
  if (!showsFiles && split === 'test') {
    notices.push({
      severity: 'warning',
      message:
        'Test images are for the final measurement: nothing that you see here may guide a choice of model, setting or sample.',
    });
  }
  if (!showsFiles && split === 'train') {
    notices.push({ severity: 'info', message: 'Both classifiers were trained on these images.' });
  }
  const [first, second] = runs.map(({ dataset }) => dataset?.imageSize);
  if (first !== second) {
    notices.push({
      severity: 'info',
      message: `The runs see the images at different sizes, ${first} and ${second} pixels a side. L2 grows with the size.`,
    });
  }
  return notices;
}
