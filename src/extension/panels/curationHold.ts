import { describeError, TsyndError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import type { CurationSnapshot } from '../../protocol/sampleTable.ts';
import type { ProcessClient } from '../processes/processClient.ts';

const NO_DECISIONS: CurationSnapshot = { decisions: {}, canUndo: false, canRedo: false };

/** The right to decide about the samples of one run, as the library process that lives now knows it. */
export class CurationHold {
  private readonly library: ProcessClient<LibraryApi>;
  private readonly run: string;
  private isOpen = false;
  private isReleased = false;

  constructor(library: ProcessClient<LibraryApi>, run: string) {
    this.library = library;
    this.run = run;
  }

  /** What was decided, and who else holds the right. Not to be cancelled: what was taken is remembered. */
  async open(): Promise<LibraryApi['curation/open']['result']> {
    try {
      const opened = await this.library.request('curation/open', { run: this.run });
      // The panel may have gone while the process was asked.
      if (this.isReleased) await this.library.request('curation/close', { run: this.run });
      else this.isOpen = true;
      return opened;
    } catch (error) {
      if (!(error instanceof TsyndError) || error.fault === 'program') throw error;
      // Decisions that cannot be read or written leave the samples to be looked at.
      return { ...NO_DECISIONS, notices: [{ severity: 'error', message: describeError(error) }] };
    }
  }

  /** For an action that needs the right; a process that was started since is asked for it first. */
  async ensure(): Promise<void> {
    if (this.isOpen) return;
    await this.library.request('curation/open', { run: this.run });
    this.isOpen = true;
  }

  /** The process that knew of it is gone. */
  lost(): void {
    this.isOpen = false;
  }

  /** Gives it back, for good. A process that is gone holds nothing, and is not started for that. */
  release(): void {
    this.isReleased = true;
    if (!this.isOpen) return;
    this.isOpen = false;
    this.library.request('curation/close', { run: this.run }).catch(() => undefined);
  }
}
