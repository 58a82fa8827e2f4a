import type { Terminal } from './terminal.ts';

const INTERVAL_MS = 5000;

/** Tells a machine of every step, and a person every few seconds how far it is. */
export function remarkProgress(terminal: Terminal): (done: number, total: number) => void {
  let lastRemarkAt = performance.now();
  return (done, total) => {
    terminal.emit({ type: 'progress', done, total });
    const now = performance.now();
    if (now - lastRemarkAt < INTERVAL_MS) return;
    lastRemarkAt = now;
    terminal.remark(`${done}/${total} images`);
  };
}
