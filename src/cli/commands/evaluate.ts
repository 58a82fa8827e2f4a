import type { Command } from 'commander';
import { evaluateRun } from '../../jobs/evaluateRun.ts';
import { formatEvaluation } from '../formatEvaluation.ts';
import { datasetOption, jsonOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description("score a run's classifier on the test images")
    .argument('<run>', "the run's folder")
    .addOption(datasetOption())
    .addOption(jsonOption())
    .action(async (run: string, { dataset, json }: { dataset?: string; json?: true }) => {
      const terminal = new Terminal(json === true);
      const evaluation = await evaluateRun(run, dataset);
      for (const line of formatEvaluation(evaluation)) terminal.print(line);
      terminal.emit(evaluation);
    });
}
