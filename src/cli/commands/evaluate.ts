import type { Command } from 'commander';
import { z } from 'zod';
import { evaluateRobustly, type RobustEvaluation } from '../../jobs/evaluation/evaluateRobustly.ts';
import { evaluateRun } from '../../jobs/evaluateRun.ts';
import { formatEvaluation } from '../formatEvaluation.ts';
import { formatRobustness } from '../formatRobustness.ts';
import { withInterrupts } from '../interrupts.ts';
import { datasetOption, jsonOption, numberOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

const INTERVAL_MS = 5000;

interface Options {
  readonly dataset?: string;
  readonly robust?: true;
  readonly seed: number;
  readonly json?: true;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description("score a run's classifier on the test images")
    .argument('<run>', "the run's folder")
    .addOption(datasetOption())
    .option('--robust', "under noise and attacks, too, into the run's evaluation.json; takes much longer")
    .addOption(
      numberOption(
        '--seed <n>',
        'decides noise and attacks of --robust; the same for runs that are compared',
        z.int().min(0),
        'a whole number, 0 or more',
      ).default(0),
    )
    .addOption(jsonOption())
    .action(async (run: string, { dataset, robust, seed, json }: Options) => {
      const terminal = new Terminal(json === true);
      if (robust === true) {
        const record = await withInterrupts((signal) =>
          follow(terminal, evaluateRobustly({ run, datasetPath: dataset, seed, signal })),
        );
        for (const line of formatRobustness(record)) terminal.print(line);
        terminal.emit({ type: 'result', ...record });
        return;
      }
      const evaluation = await evaluateRun(run, dataset);
      for (const line of formatEvaluation(evaluation)) terminal.print(line);
      terminal.emit(evaluation);
    });
}

/** Tells a machine of every condition, and a person every few seconds how far it is. */
async function follow(
  terminal: Terminal,
  job: ReturnType<typeof evaluateRobustly>,
): Promise<RobustEvaluation> {
  let lastRemarkAt = performance.now();
  let lastCondition = '';
  for (;;) {
    const next = await job.next();
    if (next.done) return next.value;
    const { condition, done, total } = next.value;
    const now = performance.now();
    const isDue = now - lastRemarkAt >= INTERVAL_MS;
    if (isDue || condition !== lastCondition) terminal.emit(next.value);
    lastCondition = condition;
    if (!isDue) continue;
    lastRemarkAt = now;
    terminal.remark(`${condition}: ${Math.floor((100 * done) / total)} %`);
  }
}
