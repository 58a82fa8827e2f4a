import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gpuReportSchema, type DeviceResults, type GpuOptions, type GpuReport } from './gpuReports.ts';

/** Beside this file, in whichever form this file is. */
const SCRIPT = path.join(import.meta.dirname, `gpuDevice${path.extname(import.meta.filename)}`);

/** How long after the deadline a process that hangs is ended. */
const GRACE_MS = 60_000;

/** Tries and times one device in a process of its own, and puts into `results` what it says as it says it. */
export async function runGpuDevice(
  results: DeviceResults,
  options: GpuOptions,
  onReport: (report: GpuReport) => void,
): Promise<void> {
  const args = [...process.execArgv, SCRIPT, results.name, JSON.stringify(options)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(options.deadline === undefined ? {} : { timeout: options.deadline + GRACE_MS - Date.now() }),
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `code ${code}`}: ${lastError(errors)}`),
    );
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"type"')) continue;
    const report = gpuReportSchema.parse(JSON.parse(line));
    results.reports.push(report);
    onReport(report);
  }
  const problem = await ended;
  if (problem !== undefined) results.problem = problem;
}

/** The line that names the error, or else the last one. */
function lastError(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'no message').trim();
}
