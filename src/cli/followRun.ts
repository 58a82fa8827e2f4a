import path from 'node:path';
import type { GenerateResult } from '../jobs/generate.ts';
import type { JobEvent } from '../jobs/progress.ts';
import { toTsyndError } from '../jobs/toTsyndError.ts';
import { TsyndError, type ErrorCode } from '../protocol/errors.ts';
import { followJob } from './followJob.ts';
import type { Terminal } from './terminal.ts';

/** Failures after which a run may well go on: those of the machine, and the person's own wish to stop. */
const RESUMABLE: ReadonlySet<ErrorCode> = new Set([
  ...(['cancelled', 'file/write', 'internal'] as const),
  ...(['device/failed', 'device/lost', 'device/out-of-memory'] as const),
]);

/** Follows a run to its end; its failures say how to go on with it. */
export async function followRun(
  job: AsyncGenerator<JobEvent, GenerateResult>,
  terminal: Terminal,
): Promise<GenerateResult> {
  let folder: string | undefined;
  try {
    return await followJob(job, terminal, (event) => {
      if (event.type === 'run') folder = event.folder;
    });
  } catch (error) {
    const failure = toTsyndError(error);
    if (folder === undefined || !RESUMABLE.has(failure.code)) throw failure;
    const { code, message, details } = failure;
    const remedies = [failure.remedy, `Go on with the run: ${resumeCommand(folder)}`];
    throw new TsyndError(code, message, {
      remedy: remedies.filter(Boolean).join(' '),
      details,
      cause: error,
    });
  }
}

export function printResult(result: GenerateResult, terminal: Terminal): void {
  const { folder, samples, bestEpoch, valAuroc } = result;
  const auroc = valAuroc === undefined ? '' : ` (validation AUC ${valAuroc.toFixed(3)})`;
  terminal.print(`Classifier of epoch ${bestEpoch}${auroc}, ${samples} synthetic images`);
  if (samples > 0) terminal.print(`Contact sheet: ${contactSheetOf(result)}`);
  terminal.print(`Scores on the test images: tsynd evaluate ${quoted(folder)}`);
  terminal.emit({ type: 'result', ...result });
  if (!terminal.isJson) terminal.print(folder);
}

export function contactSheetOf({ folder }: GenerateResult): string {
  return path.join(folder, 'contactSheet.png');
}

function resumeCommand(folder: string): string {
  return `tsynd generate --resume ${quoted(folder)}`;
}

/** A path as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(text) ? text : `"${text}"`;
}
