import { spawn } from 'node:child_process';
import type { DeviceName, DeviceReport } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { describeDevice } from './platformDevices.ts';
import type { ProbeOptions } from './probeDevice.ts';
import { probeProgram } from './probeProgram.ts';
import { probeResultSchema, type ProbeResult } from './probeResult.ts';
import { remedyFor } from './whyAbsent.ts';

export interface ProbeLimits {
  /** For loading a driver and computing rightly, in ms. */
  readonly answer: number;
  /** From there on for the training step. */
  readonly timing: number;
}

/** Compiling a GPU's kernels for the first time takes a minute on slow machines. */
const LIMITS: ProbeLimits = { answer: 180_000, timing: 60_000 };
/** What is kept of a process's outputs. */
const KEPT = 64 * 1024;

export interface RunProbeOptions extends ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** The words after `node`; another program in tests. */
  readonly program?: readonly string[];
  readonly limits?: ProbeLimits;
}

/**
 * Tries a device in a process of its own. However that ends, a report tells: a crash, a hang and an answer that makes no
 * sense are reasons not to use the device. A device that computes rightly and has not been timed within the limit is
 * reported to work, without a time. Throws TsyndError 'cancelled'.
 */
export async function runProbe(name: DeviceName, options: RunProbeOptions): Promise<DeviceReport> {
  const result = await probeInChild(name, options);
  if (result.works) {
    const { description, error, stepMs } = result;
    return { name, description, isAvailable: true, error, ...(stepMs === undefined ? {} : { stepMs }) };
  }
  const { problem, remedy = remedyFor(name), description = describeDevice(name), error } = result;
  return {
    ...{ name, description, isAvailable: false, problem, remedy },
    ...(error === undefined ? {} : { error }),
  };
}

function probeInChild(
  name: DeviceName,
  { signal, program = probeProgram(), limits = LIMITS, ...options }: RunProbeOptions,
): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const cancelled = (): TsyndError => new TsyndError('cancelled', 'Trying the devices was cancelled.');
    if (signal?.aborted) {
      reject(cancelled());
      return;
    }
    const child = spawn(process.execPath, [...program, name, JSON.stringify(options)], {
      // In VS Code the running program is Electron, which is Node only when told.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const [answer, errors] = [new Tail(), new Tail()];
    const kill = (): void => void child.kill('SIGKILL');
    let isLate = false;
    const giveUp = (): void => {
      isLate = true;
      kill();
    };
    let timer = setTimeout(giveUp, limits.answer);
    let isCorrect = false;
    child.stdout.on('data', (chunk: Buffer) => {
      answer.add(chunk);
      if (isCorrect || !answerIn(answer)?.works) return;
      isCorrect = true;
      clearTimeout(timer);
      timer = setTimeout(giveUp, limits.timing);
    });
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk));
    signal?.addEventListener('abort', kill, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
    };
    child.on('error', (error) => {
      release();
      resolve(failure(`its process could not be started: ${error.message}.`));
    });
    child.on('close', (code, killedBy) => {
      release();
      const result = answerIn(answer);
      if (signal?.aborted) reject(cancelled());
      else if (isLate) resolve(result ?? tooLate(limits));
      else if (code !== 0) resolve(failure(endOf(code, killedBy, errors.lastLine)));
      else resolve(result ?? failure(`its process answered with '${answer.lastLine.slice(0, 200)}'.`));
    });
  });
}

function failure(problem: string): ProbeResult {
  return { works: false, problem };
}

function tooLate({ answer }: ProbeLimits): ProbeResult {
  return {
    works: false,
    problem: `it did not answer in ${Math.ceil(answer / 1000)} s.`,
    remedy:
      'Update its driver, or end what else uses it, and measure again (on the command line: tsynd devices --refresh).',
  };
}

/** The last line that is an answer: native libraries write what they like before and behind it. */
function answerIn({ lines }: Tail): ProbeResult | undefined {
  for (const line of lines.reverse()) {
    const answer = line.startsWith('{') ? parseAnswer(line) : undefined;
    if (answer) return answer;
  }
  return undefined;
}

function parseAnswer(line: string): ProbeResult | undefined {
  try {
    return probeResultSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function endOf(code: number | null, killedBy: NodeJS.Signals | null, lastWords: string): string {
  const words = lastWords.replace(/\.$/, '');
  return `its process ended with ${killedBy ?? `code ${code}`}${words === '' ? '' : `: ${words.slice(0, 300)}`}.`;
}

/** The end of what a process has written. */
class Tail {
  private text = '';

  add(chunk: Buffer): void {
    this.text = (this.text + chunk.toString()).slice(-KEPT);
  }

  get lines(): string[] {
    return this.text.split('\n').map((line) => line.trim());
  }

  get lastLine(): string {
    return this.lines.findLast((line) => line !== '') ?? '';
  }
}
