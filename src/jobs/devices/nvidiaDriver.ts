import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const NVIDIA_SMI_LIMIT_MS = 5000;

/** NVIDIA's driver and cards in a line, as the driver itself tells; undefined where there is none. */
export async function nvidiaDriver(): Promise<string | undefined> {
  if (process.platform === 'darwin') return undefined;
  const version = await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => undefined);
  if (version !== undefined) return version.split('\n')[0].trim();
  try {
    const query = ['--query-gpu=driver_version,name', '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, {
      timeout: NVIDIA_SMI_LIMIT_MS,
      windowsHide: true,
    });
    return stdout.trim().replaceAll(/\s*\n\s*/g, '; ') || undefined;
  } catch {
    return undefined;
  }
}
