import * as ort from 'onnxruntime-node';

/**
 * A session of ONNX Runtime that is released when it is closed and nothing that it made is left.
 *
 * A GPU buffer is given back through the provider of the session that made it (onnxruntime-node 1.30): freeing one
 * whose session is gone reads freed memory and, sooner or later, ends the process.
 */
export class Session {
  private readonly session: ort.InferenceSession;
  private readonly made = new Set<ort.Tensor>();
  private isClosed = false;

  private constructor(session: ort.InferenceSession) {
    this.session = session;
  }

  static async create(model: Uint8Array, options: ort.InferenceSession.SessionOptions): Promise<Session> {
    return new Session(await ort.InferenceSession.create(model, options));
  }

  async run(feeds: Readonly<Record<string, ort.Tensor>>): Promise<Readonly<Record<string, SessionTensor>>> {
    const results = await this.session.run(feeds);
    return Object.fromEntries(
      this.session.outputNames.map((name) => {
        const tensor = results[name];
        if (tensor.location !== 'cpu') this.made.add(tensor);
        return [name, { tensor, free: () => this.free(tensor) }];
      }),
    );
  }

  /** No runs from here on. The session's memory is freed with its last tensor. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.made.size === 0) await this.session.release();
  }

  private free(tensor: ort.Tensor): void {
    // What is freed already may be somebody else's by now.
    if (!this.made.delete(tensor)) return;
    tensor.dispose();
    // The binding releases before it returns; its promise says nothing more.
    if (this.isClosed && this.made.size === 0) void this.session.release();
  }
}

/** A tensor of the runtime and how to give its memory back. */
export interface SessionTensor {
  readonly tensor: ort.Tensor;
  /** Does nothing for a tensor of this process, and when it is called again. */
  free(): void;
}

/** A tensor of this process. */
export function hostTensor(tensor: ort.Tensor): SessionTensor {
  return { tensor, free: () => undefined };
}
