import type { Command } from 'commander';
import { verifyRun } from '../../jobs/verifyRun.ts';
import { datasetOption, jsonOption } from '../options.ts';
import { Terminal } from '../terminal.ts';

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('make the samples of a run again and compare every number and every pixel')
    .argument('<run>', "the run's folder")
    .addOption(datasetOption())
    .addOption(jsonOption())
    .action(async (run: string, { dataset, json }: { dataset?: string; json?: true }) => {
      const terminal = new Terminal(json === true);
      const verification = await verifyRun(run, dataset);
      const { samples, different } = verification;
      terminal.print(
        different.length === 0
          ? `All ${samples} samples are what the checkpoints give.`
          : `${different.length} of ${samples} samples are not what the checkpoints give: ${different.join(', ')}`,
      );
      terminal.emit(verification);
      if (different.length > 0) process.exitCode = 1;
    });
}
