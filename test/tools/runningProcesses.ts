import { spawnSync } from 'node:child_process';

export interface RunningProcess {
  readonly pid: number;
  /** The process group, which children inherit. */
  readonly group: number;
  /** The whole command line. */
  readonly command: string;
}

/** All processes of this machine. */
export function runningProcesses(): RunningProcess[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,pgid=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return found ? [{ pid: Number(found[1]), group: Number(found[2]), command: found[3] }] : [];
  });
}
