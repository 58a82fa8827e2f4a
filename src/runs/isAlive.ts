import { errnoOf } from '../data/safeWrite.ts';

/** Whether there is a process of that number on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM'; // It lives, and belongs to somebody else.
  }
}
