import { SingleBar } from 'cli-progress';
import { StagePace, type ProgressEvent } from '../jobs/stagePace.ts';
import { formatDuration } from './formatDuration.ts';
import { formatPace } from './formatPace.ts';

/** Shows how a run goes on. */
export interface ProgressView {
  progress(event: ProgressEvent): void;
  /** Makes room for a line of text. */
  pause(): void;
  stageFinished(stage: ProgressEvent['stage'], seconds: number): void;
}

const LINE_INTERVAL_MS = 5000;

/** Bars for a terminal, plain lines for a file or a pipe; both on stderr. */
export function makeProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? new ProgressBars(stream) : new ProgressLines(stream);
}

class ProgressBars implements ProgressView {
  private readonly stream: NodeJS.WritableStream;
  private bar: SingleBar | undefined;
  private pace: StagePace | undefined;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
  }

  progress(event: ProgressEvent): void {
    const now = performance.now();
    if (this.pace?.stage !== event.stage) this.pace = new StagePace(event, now);
    const payload = { pace: formatPace(this.pace.measure(event, now), event), loss: describeLoss(event) };
    if (this.bar) {
      this.bar.update(event.done, payload);
      return;
    }
    this.bar = new SingleBar({
      format: `${event.stage.padEnd(11)} [{bar}] {value}/{total} ${event.unit}  {pace}  {loss}`,
      stream: this.stream,
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
    });
    this.bar.start(event.total, event.done, payload);
  }

  pause(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  stageFinished(stage: ProgressEvent['stage'], seconds: number): void {
    this.pause();
    this.stream.write(`${describeFinished(stage, seconds)}\n`);
  }
}

class ProgressLines implements ProgressView {
  private readonly stream: NodeJS.WritableStream;
  private pace: StagePace | undefined;
  private lastLineAt = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
  }

  progress(event: ProgressEvent): void {
    const now = performance.now();
    if (this.pace?.stage !== event.stage) {
      this.pace = new StagePace(event, now);
      this.lastLineAt = now;
    }
    if (now - this.lastLineAt < LINE_INTERVAL_MS) return;
    this.lastLineAt = now;
    const { stage, done, total, unit } = event;
    const parts = [
      `${done}/${total} ${unit}`,
      formatPace(this.pace.measure(event, now), event),
      describeLoss(event),
    ];
    this.stream.write(`${stage}: ${parts.filter(Boolean).join(', ')}\n`);
  }

  pause(): void {
    // Lines need no room.
  }

  stageFinished(stage: ProgressEvent['stage'], seconds: number): void {
    this.stream.write(`${describeFinished(stage, seconds)}\n`);
  }
}

function describeLoss({ loss }: ProgressEvent): string {
  return loss === undefined ? '' : `loss ${loss.toFixed(4)}`;
}

function describeFinished(stage: ProgressEvent['stage'], seconds: number): string {
  return `${stage}: done in ${formatDuration(seconds)}`;
}
