import { setImmediate } from 'node:timers/promises';
import type { JobEvent } from '../jobs/progress.ts';
import { formatSummary } from './formatSummary.ts';
import { makeProgressView } from './progressView.ts';
import type { Terminal } from './terminal.ts';

/** Runs a job to its end, showing its events; returns its result. `onEvent` sees every event, too. */
export async function followJob<T>(
  job: AsyncGenerator<JobEvent, T>,
  terminal: Terminal,
  onEvent: (event: JobEvent) => void = () => undefined,
): Promise<T> {
  const view = makeProgressView();
  try {
    for (;;) {
      const next = await job.next();
      if (next.done) return next.value;
      const event = next.value;
      onEvent(event);
      terminal.emit(event);
      if (event.type === 'progress') {
        view.progress(event);
      } else if (event.type === 'stageFinished') {
        view.stageFinished(event.stage, event.seconds);
      } else if (event.type !== 'metrics') {
        view.pause();
        describeEvent(event, terminal);
      }
      // A step blocks the event loop: signals are only heard between steps.
      await setImmediate();
    }
  } finally {
    view.pause();
  }
}

function describeEvent(
  event: Exclude<JobEvent, { type: 'progress' | 'stageFinished' | 'metrics' }>,
  terminal: Terminal,
): void {
  switch (event.type) {
    case 'dataset':
      for (const line of formatSummary(event.summary)) terminal.print(line);
      break;
    case 'run':
      terminal.print(`Run ${event.folder}`);
      terminal.print(`Device: ${event.device}`);
      break;
    case 'warning':
      terminal.remark(`Warning: ${event.message}`);
      break;
  }
}
