import type { Transport } from '../../src/protocol/rpcPeer.ts';

/** One end of a pipe within this process. */
export interface PipeEnd extends Transport {
  /** All that arrived here, as it came. */
  readonly received: readonly unknown[];
  /** Lets something arrive here that no peer has sent. */
  inject(message: unknown): void;
}

/** Two ends; what one sends arrives at the other as a copy, in order and later, as between processes. */
export function memoryPipe(): readonly [PipeEnd, PipeEnd] {
  const left = makeEnd(() => right);
  const right = makeEnd(() => left);
  return [left, right];
}

/** Resolves when all that was sent, and all that was sent in answer to it, has arrived. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
}

function makeEnd(other: () => PipeEnd): PipeEnd {
  const received: unknown[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  return {
    received,
    send: (envelope) => {
      const copy: unknown = structuredClone(envelope);
      setImmediate(() => other().inject(copy));
    },
    onMessage: (listener) => listeners.push(listener),
    inject: (message) => {
      received.push(message);
      for (const listener of listeners) listener(message);
    },
  };
}
