import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';
import { CurationSession } from './curationSession.ts';

/** The runs that are being curated by this process. */
export class Curations {
  private readonly sessions = new Map<string, CurationSession>();
  /** What was last asked for, by run: one after the other, or opening would meet a lock of this very process. */
  private readonly turns = new Map<string, Promise<unknown>>();

  /** Opens a run, or gives the session that is open already; one that somebody else holds is tried again. */
  open(runPath: string): Promise<CurationSession> {
    return this.inTurn(runPath, async (key) => {
      const known = this.sessions.get(key);
      if (known && known.heldBy === undefined) return known;
      this.sessions.delete(key);
      const session = await CurationSession.open(key);
      this.sessions.set(key, session);
      return session;
    });
  }

  /** The session of a run. Throws TsyndError 'run/locked' when the run was not opened. */
  get(runPath: string): Promise<CurationSession> {
    return this.inTurn(runPath, (key) => {
      const session = this.sessions.get(key);
      if (session) return session;
      throw new TsyndError('run/locked', `The run ${runPath} is not open for curation.`, {
        remedy: 'Open its gallery again.',
      });
    });
  }

  close(runPath: string): Promise<void> {
    return this.inTurn(runPath, async (key) => {
      const session = this.sessions.get(key);
      this.sessions.delete(key);
      await session?.close();
    });
  }

  /** Also of runs that are just being opened; one that cannot be closed keeps no other from it. */
  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.turns.keys()].map((key) => this.close(key)));
  }

  private inTurn<R>(runPath: string, action: (key: string) => Promise<R> | R): Promise<R> {
    const key = path.resolve(runPath);
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(() => action(key));
    this.turns.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
