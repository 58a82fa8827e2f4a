import path from 'node:path';
import { TsyndError } from '../../protocol/errors.ts';
import { CurationSession } from './curationSession.ts';

/** The runs that are being curated by this process. */
export class Curations {
  private readonly sessions = new Map<string, Promise<CurationSession>>();

  /** Opens a run, or gives the session that is open already; one that somebody else holds is tried again. */
  async open(runPath: string): Promise<CurationSession> {
    const key = path.resolve(runPath);
    const known = await this.sessions.get(key);
    if (known && known.heldBy === undefined) return known;
    const opening = CurationSession.open(key);
    this.sessions.set(key, opening);
    try {
      return await opening;
    } catch (error) {
      this.sessions.delete(key);
      throw error;
    }
  }

  /** The session of a run. Throws TsyndError 'run/locked' when the run was not opened. */
  async get(runPath: string): Promise<CurationSession> {
    const session = await this.sessions.get(path.resolve(runPath));
    if (session) return session;
    throw new TsyndError('run/locked', `The run ${runPath} is not open for curation.`, {
      remedy: 'Open its gallery again.',
    });
  }

  async close(runPath: string): Promise<void> {
    const key = path.resolve(runPath);
    const session = this.sessions.get(key);
    this.sessions.delete(key);
    await (await session)?.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.sessions.keys()].map((key) => this.close(key)));
  }
}
