import type { DeviceSurvey } from '../../protocol/devices.ts';
import { describeError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { Watched } from '../generate/watched.ts';
import type { ProcessClient } from '../processes/processClient.ts';

export type SurveyState =
  /** With what was found the last time, where devices are measured again. */
  | { readonly kind: 'asking'; readonly before?: DeviceSurvey }
  | { readonly kind: 'ready'; readonly survey: DeviceSurvey }
  | { readonly kind: 'failed'; readonly problem: string };

/** What devices there are, asked once a window and whenever the person wants to know it anew. */
export class DeviceSurveys {
  readonly state = new Watched<SurveyState>({ kind: 'asking' });
  private readonly library: Pick<ProcessClient<LibraryApi>, 'request'>;
  private isAsked = false;
  private questions = 0;

  constructor(library: Pick<ProcessClient<LibraryApi>, 'request'>) {
    this.library = library;
  }

  /** Asks, unless that has been done; a failure is asked about again. */
  start(): void {
    if (!this.isAsked) void this.ask({});
  }

  /** Measures every device again, whatever is known; an answer that is still on its way counts no more. */
  refresh(): Promise<void> {
    return this.ask({ refresh: true });
  }

  private async ask(params: LibraryApi['devices/survey']['params']): Promise<void> {
    const question = ++this.questions;
    this.isAsked = true;
    const before = knownSurvey(this.state.value);
    this.state.set({ kind: 'asking', ...(before && { before }) });
    let answer: SurveyState;
    try {
      answer = { kind: 'ready', survey: await this.library.request('devices/survey', params) };
    } catch (error) {
      answer = { kind: 'failed', problem: describeError(error) };
    }
    if (question !== this.questions) return;
    this.isAsked = answer.kind === 'ready';
    this.state.set(answer);
  }
}

/** What can be shown: the survey, or while a new one is made the last one. */
export function knownSurvey(state: SurveyState): DeviceSurvey | undefined {
  if (state.kind === 'ready') return state.survey;
  return state.kind === 'asking' ? state.before : undefined;
}
