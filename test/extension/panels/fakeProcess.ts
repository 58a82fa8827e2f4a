import type { ProcessClient, ProcessStatus } from '../../../src/extension/processes/processClient.ts';
import type { Api, NameOf } from '../../../src/protocol/envelope.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { RequestOptions } from '../../../src/protocol/rpcPeer.ts';

type Answers<A extends Api<A>> = {
  -readonly [M in keyof A]?: (
    params: A[M]['params'],
    signal: AbortSignal | undefined,
  ) => A[M]['result'] | Promise<A[M]['result']>;
};

/** A process behind its boundary: answers as it is told to, and remembers what it was asked. */
export class FakeProcess<A extends Api<A>> implements ProcessClient<A> {
  status: ProcessStatus = { health: 'ready', pid: 1 };
  readonly asked: { readonly method: string; readonly params: unknown }[] = [];
  answers: Answers<A>;
  private readonly listeners = new Set<(status: ProcessStatus) => void>();

  constructor(answers: Answers<A>) {
    this.answers = answers;
  }

  async request<M extends NameOf<A>>(
    method: M,
    params: A[M]['params'],
    options: RequestOptions<A[M]['progress']> = {},
  ): Promise<A[M]['result']> {
    this.asked.push({ method, params });
    const answer = this.answers[method];
    if (!answer) throw new TsyndError('internal', `The test has no answer to '${method}'.`);
    return answer(params, options.signal);
  }

  /** The names of what was asked, in order. */
  get methods(): string[] {
    return this.asked.map(({ method }) => method);
  }

  become(status: ProcessStatus): void {
    this.status = status;
    for (const listener of this.listeners) listener(status);
  }

  onStatusChanged(listener: (status: ProcessStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  warmUp(): void {
    // It always runs.
  }

  restart(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
