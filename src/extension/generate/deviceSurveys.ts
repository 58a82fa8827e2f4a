import type { ComputeApi, DeviceSurvey } from '../../protocol/computeApi.ts';
import { describeError } from '../../protocol/errors.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { Watched } from './watched.ts';

export type SurveyState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'ready'; readonly survey: DeviceSurvey }
  | { readonly kind: 'failed'; readonly problem: string };

/** What devices there are, asked once: devices come and go with the machine, and a self-test takes seconds. */
export class DeviceSurveys {
  readonly state = new Watched<SurveyState>({ kind: 'asking' });
  private readonly compute: Pick<ProcessClient<ComputeApi>, 'request'>;
  private isAsked = false;

  constructor(compute: Pick<ProcessClient<ComputeApi>, 'request'>) {
    this.compute = compute;
  }

  /** Asks, unless that has been done; a failure is asked about again. */
  start(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    this.state.set({ kind: 'asking' });
    this.compute.request('devices/survey', null).then(
      (survey) => this.state.set({ kind: 'ready', survey }),
      (error: unknown) => {
        this.isAsked = false;
        this.state.set({ kind: 'failed', problem: describeError(error) });
      },
    );
  }
}
