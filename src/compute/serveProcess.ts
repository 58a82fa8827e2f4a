import { ignoreClosedOutputs } from '../jobs/ignoreClosedOutputs.ts';
import type { Api, NoApi } from '../protocol/envelope.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { ProcessEvents } from '../protocol/processEvents.ts';
import { RpcPeer, type Handlers } from '../protocol/rpcPeer.ts';
import { processTransport } from './processTransport.ts';

/** Ctrl-C in the terminal that the editor was started from, or a machine that shuts down. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Answers whoever has forked this process, until it asks for the end, or is gone. Then all that runs is aborted and
 * awaited, so that nothing on the disk is left half-done, and the process ends with code 0. An error that nobody
 * catches ends it with code 1 and a stack on stderr, as Node does by itself.
 *
 * @param title as the log needs it: `compute process`
 * @param release frees what outlives a request, a lock for example
 */
export function serveProcess<A extends Api<A>>(
  title: string,
  handlers: Handlers<A>,
  release: () => Promise<void> = () => Promise.resolve(),
): void {
  ignoreClosedOutputs();
  if (!process.connected) {
    log("This program is a part of TSynD for VS Code, which starts it; 'tsynd' is for the shell.");
    process.exitCode = 2;
    return;
  }
  let isReady = false;
  const peer = new RpcPeer<A, NoApi, object, ProcessEvents>(processTransport(), handlers, {
    onReady: () => {
      if (!isReady) log(`${title} ${process.pid} ready in ${performance.now().toFixed(0)} ms`);
      isReady = true;
    },
    onGarbage: () => log(`${title} ${process.pid} was sent what it does not know.`),
    onHandlerError: (method, error) => {
      logFailure(method, error);
      // A lost device stays lost for a process: what is asked for next needs another one. The answer goes out first.
      if (error instanceof TsyndError && error.code === 'device/lost') setImmediate(end);
    },
    onMismatch: (error) => log(error.message),
  });
  let ending: Promise<void> | undefined;
  const end = (): void => {
    ending ??= peer
      .drain()
      .then(release)
      .then(() => process.exit(0));
  };
  peer.on('shutdown', end);
  process.on('disconnect', end);
  for (const signal of SIGNALS) process.on(signal, end);
}

/** What a person can mend, or has wished, is told where it is asked for; the log needs the stack of the rest. */
function logFailure(method: string, error: unknown): void {
  if (error instanceof TsyndError && error.fault === 'person') return;
  log(`'${method}' failed: ${stackOf(error)}`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
