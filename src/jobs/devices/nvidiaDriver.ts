import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const NVIDIA_SMI_LIMIT_MS = 5000;

/** Where the driver tells of itself on Linux, though not inside WSL. */
const KERNEL_FILES = '/proc/driver/nvidia';

/** NVIDIA's driver and cards in a line; undefined where there is none. */
export async function nvidiaDriver(from = KERNEL_FILES): Promise<string | undefined> {
  if (process.platform === 'darwin') return undefined;
  return (await driverInKernel(from)) ?? driverBySmi();
}

async function driverInKernel(folder: string): Promise<string | undefined> {
  const version = await readText(path.join(folder, 'version'));
  if (version === undefined) return undefined;
  const slots = await readdir(path.join(folder, 'gpus')).catch(() => []);
  const cards = await Promise.all(
    slots.sort().map(async (slot) => {
      const information = await readText(path.join(folder, 'gpus', slot, 'information'));
      return /^Model:\s*(.+)$/m.exec(information ?? '')?.[1].trim() ?? slot;
    }),
  );
  return [version.split('\n')[0].trim(), ...cards].join('; ');
}

async function driverBySmi(): Promise<string | undefined> {
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

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
