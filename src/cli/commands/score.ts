import { Option, type Command } from 'commander';
import { z } from 'zod';
import { rankScores } from '../../jobs/scores/rankScores.ts';
import { scoreDataset } from '../../jobs/scores/scoreDataset.ts';
import { ScoreFolders } from '../../jobs/scores/scoreFolders.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { SCORED_SPLITS, type ScoredSplit } from '../../protocol/scoreTable.ts';
import { formatScores } from '../formatScores.ts';
import { withInterrupts } from '../interrupts.ts';
import { jsonOption, numberOption } from '../options.ts';
import { remarkProgress } from '../remarkProgress.ts';
import { Terminal } from '../terminal.ts';

interface Options {
  readonly run: string;
  readonly splits: readonly ScoredSplit[];
  readonly top: number;
  readonly json?: true;
}

export function addScoreCommand(program: Command): void {
  program
    .command('score')
    .description(
      "give every image of a dataset its uncertainty and loss by a run's classifier, the most suspicious first",
    )
    .argument(
      '<dataset>',
      'a folder of class folders, an .npz archive like those of MedMNIST, or a .csv file',
    )
    .requiredOption('--run <run>', "folder of the run whose classifier is asked; gets the scores' new folder")
    .addOption(
      new Option('--splits <names>', `some of ${SCORED_SPLITS.join(',')}, with commas`)
        .default([...SCORED_SPLITS], 'all')
        .argParser(parseSplits),
    )
    .addOption(
      numberOption(
        '--top <n>',
        'how many images to name of each kind',
        z.int().min(1),
        'a whole number, 1 or more',
      ).default(10),
    )
    .addOption(jsonOption())
    .action(async (datasetPath: string, { run, splits, top, json }: Options) => {
      const terminal = new Terminal(json === true);
      const summary = await withInterrupts((signal) =>
        scoreDataset({ run, datasetPath, splits, signal, onProgress: remarkProgress(terminal) }),
      );
      const { records } = await new ScoreFolders().read(summary.folder);
      const ranked = rankScores(records, top);
      for (const line of formatScores(summary, ranked)) terminal.print(line);
      terminal.emit({ type: 'result', ...summary, ...ranked });
      if (json !== true) terminal.print(summary.folder);
    });
}

function parseSplits(text: string): ScoredSplit[] {
  return text.split(',').map((word) => {
    const known = SCORED_SPLITS.find((split) => split === word.trim());
    if (known !== undefined) return known;
    throw new TsyndError('settings/invalid', `There is no split '${word.trim()}'.`, {
      remedy: `The splits are ${SCORED_SPLITS.join(', ')}; give several with commas.`,
    });
  });
}
