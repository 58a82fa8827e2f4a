import type { Command } from 'commander';
import { evaluateRun } from '../../jobs/evaluateRun.ts';
import { generate } from '../../jobs/generate.ts';
import { ensureSampleDataset } from '../../jobs/makeSampleDataset.ts';
import { contactSheetOf, followRun } from '../followRun.ts';
import { formatEvaluation } from '../formatEvaluation.ts';
import { DEFAULT_OUT, makeSettings } from '../../protocol/generateChoices.ts';
import { withInterrupts } from '../interrupts.ts';
import { Terminal } from '../terminal.ts';

const FOLDER = 'sample-dataset';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(`do everything once: draw ${FOLDER}/, generate on it with the quick preset, evaluate`)
    .action(async () => {
      const terminal = new Terminal(false);
      const result = await withInterrupts(async (signal) => {
        const datasetPath = await ensureSampleDataset(FOLDER, { signal });
        const settings = makeSettings({ method: 'mi', preset: 'quick', seed: 1, fraction: 1, count: 64 });
        return followRun(
          generate({ datasetPath, settings, device: 'auto', out: DEFAULT_OUT, signal }),
          terminal,
        );
      });
      for (const line of formatEvaluation(await evaluateRun(result.folder))) terminal.print(line);
      terminal.print('');
      terminal.print('Look at the contact sheet (left: real, right: synthetic), then try your own images:');
      terminal.print('  npx tsynd generate FOLDER_OF_CLASS_FOLDERS');
      terminal.print(`Contact sheet: ${contactSheetOf(result)}`);
      terminal.print(`Run:           ${result.folder}`);
    });
}
