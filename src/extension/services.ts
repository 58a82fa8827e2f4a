import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { ComputeApi } from '../protocol/computeApi.ts';
import type { LibraryApi } from '../protocol/libraryApi.ts';
import type { DeviceSurveys } from './devices/deviceSurveys.ts';
import type { ExperimentStore } from './experiments/experimentStore.ts';
import type { ProcessClient } from './processes/processClient.ts';
import type { RunStore } from './runs/runStore.ts';

/** What the parts of the extension share; made once, on activation. */
export interface Services {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  /** Answers what lies on the disk. */
  readonly library: ProcessClient<LibraryApi>;
  /** Answers what needs models; busy for hours while it trains. */
  readonly compute: ProcessClient<ComputeApi>;
  /** What this machine can compute on. */
  readonly surveys: DeviceSurveys;
  readonly runs: RunStore;
  readonly experiments: ExperimentStore;
}
