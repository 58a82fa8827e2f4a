interface Disposable {
  dispose(): Promise<void>;
}

/**
 * Compiled programs, of which those used last are kept and the others freed. What one call gives may be freed by the
 * next one, so that calls must not overlap with the use of a program.
 */
export class ProgramCache<P extends Disposable> {
  private readonly limit: number;
  /** The one used last at the end. */
  private readonly programs = new Map<string, P>();

  constructor(limit: number) {
    this.limit = limit;
  }

  async get(key: string, create: () => Promise<P>): Promise<P> {
    const known = this.programs.get(key);
    this.programs.delete(key);
    const program = known ?? (await create());
    this.programs.set(key, program);
    for (const [oldest, unused] of [...this.programs].slice(0, -this.limit)) {
      this.programs.delete(oldest);
      await unused.dispose();
    }
    return program;
  }

  async dispose(): Promise<void> {
    const programs = [...this.programs.values()];
    this.programs.clear();
    for (const program of programs) await program.dispose();
  }
}
