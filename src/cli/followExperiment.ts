import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ExperimentEvent, ExperimentPart } from '../jobs/experiment/experimentEvent.ts';
import type { ExperimentResult } from '../jobs/experiment/runExperiment.ts';
import { toTsyndError } from '../jobs/toTsyndError.ts';
import { describeError, TsyndError } from '../protocol/errors.ts';
import { formatDuration } from './formatDuration.ts';
import { quoted } from './followRun.ts';
import { makeProgressView, type ProgressView } from './progressView.ts';
import type { Terminal } from './terminal.ts';

/** Follows an experiment to its end; that it was stopped says how to go on with it. */
export async function followExperiment(
  job: AsyncGenerator<ExperimentEvent, ExperimentResult>,
  terminal: Terminal,
): Promise<ExperimentResult> {
  const view = new ExperimentView(terminal);
  try {
    for (;;) {
      const next = await job.next();
      if (next.done) return next.value;
      view.show(next.value);
      // A step blocks the event loop: signals are only heard between steps.
      await setImmediate();
    }
  } catch (error) {
    const failure = toTsyndError(error);
    if (view.folder === undefined || failure.code !== 'cancelled') throw failure;
    throw new TsyndError(failure.code, 'The experiment was cancelled.', {
      remedy: `Go on with it: tsynd experiment ${quoted(view.folder)}`,
      cause: error,
    });
  } finally {
    view.close();
  }
}

const INTERVAL_MS = 5000;

class ExperimentView {
  folder: string | undefined;
  private readonly terminal: Terminal;
  private progress: ProgressView = makeProgressView();
  private cells: readonly string[] = [];
  private lastRemarkAt = performance.now();

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  close(): void {
    this.progress.pause();
  }

  show(event: ExperimentEvent): void {
    const { terminal } = this;
    this.tellMachine(event);
    if (event.type === 'progress') {
      this.progress.progress(event);
      return;
    }
    if (event.type === 'stageFinished') {
      this.progress.stageFinished(event.stage, event.seconds);
      return;
    }
    if (event.type === 'metrics') return;
    if (event.type === 'evaluation') {
      this.remarkEvaluation(event);
      return;
    }
    this.progress.pause();
    switch (event.type) {
      case 'plan': {
        const { folder, plan, finished } = event;
        this.folder = folder;
        this.cells = plan.cells.map(({ id }) => id);
        terminal.print(`Experiment ${folder}`);
        terminal.print(`Device: ${plan.device.description}`);
        terminal.print(`${finished} of ${countCells(plan.cells.length)} finished`);
        break;
      }
      case 'begin':
        // The pace of a stage is that of one run.
        this.progress = makeProgressView();
        terminal.print(this.describe(event.part));
        break;
      case 'end':
        if (event.error) terminal.remark(`Failed: ${describeError(event.error)}`);
        terminal.print(describeEnd(event));
        break;
      case 'warning':
        terminal.remark(`Warning: ${event.message}`);
        break;
      case 'dataset':
      case 'run':
        break;
    }
  }

  private describe({ kind, id }: ExperimentPart): string {
    if (kind === 'pool') return `Synthetic images: ${id}`;
    if (kind === 'judge') return `Judge: ${id}`;
    return `Cell ${this.cells.indexOf(id) + 1} of ${this.cells.length}: ${id}`;
  }

  private remarkEvaluation({
    condition,
    done,
    total,
  }: Extract<ExperimentEvent, { type: 'evaluation' }>): void {
    const now = performance.now();
    if (now - this.lastRemarkAt < INTERVAL_MS) return;
    this.lastRemarkAt = now;
    this.progress.pause();
    this.terminal.remark(`evaluation, ${condition}: ${Math.floor((100 * done) / total)} %`);
  }

  private tellMachine(event: ExperimentEvent): void {
    if (event.type === 'evaluation' && event.done < event.total) return;
    if (event.type !== 'end') {
      this.terminal.emit(event);
      return;
    }
    const { error, ...rest } = event;
    this.terminal.emit({
      ...rest,
      ...(error && { error: { code: error.code, message: describeError(error) } }),
    });
  }
}

function describeEnd({ done, total, secondsLeft }: Extract<ExperimentEvent, { type: 'end' }>): string {
  const left =
    secondsLeft === undefined || done === total ? '' : `, about ${formatDuration(secondsLeft)} left`;
  return `${done} of ${countCells(total)} finished${left}`;
}

function countCells(count: number): string {
  return `${count} cell${count === 1 ? '' : 's'}`;
}

/** Where an experiment's folder is made unless a person says where. */
export function defaultExperimentFolder(file: string): string {
  return path.join('.tsynd', 'experiments', path.basename(file, path.extname(file)));
}
