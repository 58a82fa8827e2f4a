import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { promisify } from 'node:util';
import { PROGRAM_VERSION } from '../programVersion.ts';
import { installedCuda } from './cudaLibraries.ts';
import { nvidiaDriver } from './nvidiaDriver.ts';
import { ONNX_RUNTIME_VERSION } from './platformDevices.ts';
import { tensorFlowFolder, tensorFlowIn } from './tensorFlowFolder.ts';
import { VULKAN_VARIABLES, vulkanDrivers } from './vulkanDrivers.ts';

/** All that decides how devices do, by name; what is not there is absent. */
export type MachineFacts = Readonly<Record<string, string>>;

/** Variables that choose a card or where libraries are looked for. */
const VARIABLES = [
  ...VULKAN_VARIABLES,
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_TF32_OVERRIDE',
  'LD_LIBRARY_PATH',
  'CUDA_PATH',
  'MESA_VK_DEVICE_SELECT',
];

/**
 * What the machine and its drivers are, so far as it can be told quickly and without rights: measurements hold for as
 * long as it stays the same.
 *
 * @param threads of the CPU device
 */
export async function machineFacts(threads: number): Promise<MachineFacts> {
  const tensorFlow = tensorFlowFolder();
  const facts: Record<string, string | undefined> = {
    tsynd: PROGRAM_VERSION,
    onnxruntime: ONNX_RUNTIME_VERSION,
    // VS Code's Node is another build than that of a shell.
    node: `${process.version} ${process.platform} ${process.arch}${process.versions.electron ? ' electron' : ''}`,
    system: release(),
    processor: cpus()[0]?.model.trim(),
    processors: String(availableParallelism()),
    threads: String(threads),
    nvidia: await nvidiaDriver(),
    tensorflow: tensorFlow === undefined ? undefined : `${tensorFlowIn(tensorFlow)} in ${tensorFlow}`,
    cuda: installedCuda(),
    ...(process.platform === 'linux' ? linuxFacts() : {}),
    ...(process.platform === 'win32' ? { displayDrivers: await windowsDisplayDrivers() } : {}),
  };
  for (const variable of VARIABLES) facts[variable] = process.env[variable];
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => Boolean(fact[1])),
  );
}

function linuxFacts(): Record<string, string | undefined> {
  return {
    vulkan: vulkanDrivers().join('; '),
    cards: graphicsCards(),
    // Written anew whenever libraries are installed, CUDA's for example.
    libraries: String(statSync('/etc/ld.so.cache', { throwIfNoEntry: false })?.mtimeMs ?? ''),
  };
}

/** Vendor and device numbers of the cards that the kernel shows, in a container those that it may use. */
function graphicsCards(): string {
  const nodes = [...namesIn('/dev/dri'), ...namesIn('/dev')].filter((name) =>
    /^(renderD|nvidia)\d+$/.test(name),
  );
  const cards = namesIn('/sys/class/drm').filter((name) => /^card\d+$/.test(name));
  const numbers = cards.map((card) =>
    ['vendor', 'device'].map((part) => firstLine(`/sys/class/drm/${card}/device/${part}`)).join(':'),
  );
  return [...nodes, ...numbers].join(' ');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The registry's class of display adapters. */
const DISPLAY_CLASS =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

async function windowsDisplayDrivers(): Promise<string> {
  try {
    const words = ['query', DISPLAY_CLASS, '/s', '/v', 'DriverVersion'];
    const { stdout } = await promisify(execFile)('reg', words, { timeout: 5000, windowsHide: true });
    return [...stdout.matchAll(/DriverVersion\s+REG_SZ\s+(\S+)/g)].map(([, version]) => version).join(' ');
  } catch {
    return '';
  }
}
