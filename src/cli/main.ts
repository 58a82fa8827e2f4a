import { Command, CommanderError } from 'commander';
import { ignoreClosedOutputs } from '../jobs/ignoreClosedOutputs.ts';
import { programVersions } from '../jobs/versions.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDevicesCommand } from './commands/devices.ts';
import { addDownloadCommand } from './commands/download.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExperimentCommand } from './commands/experiment.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExportCommand } from './commands/export.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addQualityCommand } from './commands/quality.ts';
import { addRelevanceCommand } from './commands/relevance.ts';
import { addReportCommand } from './commands/report.ts';
import { addSampleDatasetCommand } from './commands/sampleDataset.ts';
import { addScoreCommand } from './commands/score.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { reportError } from './reportError.ts';
import { Terminal } from './terminal.ts';

function makeProgram(): Command {
  const program = new Command('tsynd')
    .description('Targeted synthetic data for medical image classification.')
    .version(programVersions().tsynd)
    // Before the commands are added, so that they inherit it: errors are thrown, and told in one place.
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addGenerateCommand(program);
  addEvaluateCommand(program);
  addExportCommand(program);
  addExperimentCommand(program);
  addExplainCommand(program);
  addScoreCommand(program);
  addRelevanceCommand(program);
  addReportCommand(program);
  addQualityCommand(program);
  addVerifyCommand(program);
  addDevicesCommand(program);
  addSampleDatasetCommand(program);
  addDownloadCommand(program);
  addDemoCommand(program);
  return program;
}

/** Help and version were asked for, and are no errors. */
function isAnswered(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

ignoreClosedOutputs();
const [, , ...words] = process.argv;
try {
  await makeProgram().parseAsync(words, { from: 'user' });
} catch (error) {
  // The command line itself may be what is wrong, so it is not known as options yet.
  if (!isAnswered(error)) process.exitCode = reportError(error, new Terminal(words.includes('--json')));
}
