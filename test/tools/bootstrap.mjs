/**
 * Brings what a fresh clone lacks, with plain Node: the npm packages of the lock file and, with `--webgpu`, a software
 * WebGPU driver for the tests where this machine lets us install one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DRIVER_PACKAGES = ['chromium', 'libvulkan1'];
const DRIVER_TIMEOUT_MS = 5 * 60_000;

installPackages();
if (process.argv.includes('--webgpu')) installDriver();

/** Installs what the lock file says where node_modules is missing or older than the lock file. */
function installPackages() {
  if (modifiedAt('node_modules/.package-lock.json') >= modifiedAt('package-lock.json')) return;
  console.error('Installing packages...');
  // On Windows npm is a script, which only a shell can start.
  const { status } = spawnSync(
    'npm',
    // Not `npm ci`, which fails where a registry lacks an optional package of another platform; `--no-save` leaves the
    // lock file as it is.
    ['install', '--no-save', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (status === 0) return;
  console.error(
    'The packages could not be installed. Check the connection to the npm registry and try again.',
  );
  process.exit(1);
}

/** In ms since 1970; 0 where there is no such file. */
function modifiedAt(file) {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The WebGPU tests need a Vulkan driver; Debian's chromium brings one that computes on the processor. */
function installDriver() {
  if (process.platform !== 'linux' || existsSync(SOFTWARE_DRIVER)) return;
  console.error(`Installing ${DRIVER_PACKAGES.join(' and ')} for the WebGPU tests...`);
  const isInstalled =
    process.getuid() === 0 &&
    aptGet('update') &&
    aptGet('install', '-y', '--no-install-recommends', ...DRIVER_PACKAGES) &&
    existsSync(SOFTWARE_DRIVER);
  if (isInstalled) return;
  console.error(`
  ATTENTION: the WebGPU tests will be skipped, as this machine has no software WebGPU driver and
  it could not be installed. On Debian: apt-get install ${DRIVER_PACKAGES.join(' ')}
`);
}

function aptGet(...words) {
  const { status } = spawnSync('apt-get', ['-qq', ...words], {
    stdio: 'ignore',
    timeout: DRIVER_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}
