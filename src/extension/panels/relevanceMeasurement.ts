import type { CompareApi, MeasuredRelevance, MeasuringProgress } from '../../protocol/compareApi.ts';
import type { ComputeApi } from '../../protocol/computeApi.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RelevanceComparison, RelevanceReport } from '../../protocol/relevance.ts';
import type { ProcessClient } from '../processes/processClient.ts';

/** A measurement that a person has started, which outlives the page: pages are destroyed when they are hidden. */
export class RelevanceMeasurement {
  private readonly compute: ProcessClient<ComputeApi>;
  private readonly tell: (progress: MeasuringProgress | null) => void;
  private running: AbortController | undefined;
  private progress: MeasuringProgress | undefined;
  private failure: MeasuredRelevance['failure'];

  /** `tell` is called with how far it is, and with null when it has ended. */
  constructor(compute: ProcessClient<ComputeApi>, tell: (progress: MeasuringProgress | null) => void) {
    this.compute = compute;
    this.tell = tell;
  }

  /** What the reports on the disk say, and how far a measurement is. */
  state(reports: readonly RelevanceReport[]): MeasuredRelevance {
    const { progress, failure } = this;
    const comparison = comparisonOf(reports);
    return {
      reports,
      ...(comparison && { comparison }),
      ...(progress && { measuring: progress }),
      ...(failure && { failure }),
    };
  }

  /** Does nothing while one is under way. Settles when it has ended, and never rejects. */
  async start(
    [run, against]: readonly [string, string],
    params: CompareApi['compare/measure']['params'],
  ): Promise<void> {
    if (this.running) return;
    const running = new AbortController();
    this.running = running;
    this.failure = undefined;
    this.report({ done: 0, total: 0 });
    try {
      await this.compute.request(
        'explain/relevance',
        { run, against, split: 'val', ...params },
        {
          signal: running.signal,
          onProgress: (progress) => {
            if (this.running === running) this.report(progress);
          },
        },
      );
    } catch (error) {
      if (this.running === running) this.failure = failureOf(error);
    }
    if (this.running === running) this.end();
  }

  stop(): void {
    if (!this.running) return;
    this.running.abort();
    this.end();
  }

  /** Gives up what is under way: the runs are others now. */
  reset(): void {
    this.stop();
    this.failure = undefined;
  }

  private report(progress: MeasuringProgress): void {
    this.progress = progress;
    this.tell(progress);
  }

  private end(): void {
    this.running = undefined;
    this.progress = undefined;
    this.tell(null);
  }
}

function failureOf(error: unknown): MeasuredRelevance['failure'] {
  if (error instanceof TsyndError) {
    return { message: error.message, ...(error.remedy !== undefined && { remedy: error.remedy }) };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}

/** Of two reports that were measured together. */
function comparisonOf(reports: readonly RelevanceReport[]): RelevanceComparison | undefined {
  for (const second of reports) {
    const { against, measuredAt } = second;
    const first = reports.find((report) => report.run === against?.run && report.measuredAt === measuredAt);
    if (against && first) {
      return { first, second, saliency: against.saliency, adversarial: against.adversarial };
    }
  }
  return undefined;
}
